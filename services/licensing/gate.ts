// The licence gate: one view of the rights and one recorder of access for all services of a process. Other services
// import it beside the bus (the second named exception, docs/decisions/0008-licence-gate.md): no hop, no await.
import { followView, type HeldView } from '@parley/platform/bus';
import type { Fault } from '@parley/platform/contract';
import type { ServiceContext } from '@parley/platform/host';
import type { Rights } from './contract.ts';
import { type AccessRecorder, startRecorder } from './recorder.ts';
import { featureOf, features } from './rules/feature.ts';
import type { Subject } from './rules/model.ts';
import { type AccessVerdict, checkAccess, type LicensingView, licensingView, UNCOVERED } from './view.ts';

export type Verdict = AccessVerdict;

/** Who uses a feature. People from elsewhere and callers from the telephone network need no CAL (A14 to A17). */
export type LicensedActor =
  | {
      readonly kind: 'internal';
      /** Null for a device that no person uses. */
      readonly userId: string | null;
      readonly deviceId?: string | null | undefined;
      /** For who reads the evidence later. */
      readonly deviceName?: string | undefined;
    }
  | { readonly kind: 'federated' | 'public-im' | 'anonymous' | 'pstn' };

export interface FeatureState {
  readonly feature: string;
  readonly allowed: boolean;
  readonly coveredBy: Verdict['coveredBy'];
  readonly warning?: Fault;
  readonly fault?: Fault;
}

/** Never asked for administration, emergency calls, exports of one's own data and the licensing pages (rule M5). */
export interface LicenceGate extends AsyncDisposable {
  /** False until the rights are here: everything is allowed meanwhile. */
  readonly isReady: boolean;
  /** Resolves when the rights are here; rejects if the gate is closed before. A service may start without waiting. */
  readonly ready: Promise<void>;
  /** May this actor use the feature now? What is allowed is recorded as evidence (rule M2). */
  check(feature: string, actor: LicensedActor): Verdict;
  /** The same without a record: for what a client shows. */
  look(feature: string, actor: LicensedActor): Verdict;
  /** The 19 features of table A9 in its order. */
  features(actor: LicensedActor): readonly FeatureState[];
  /** Whose rights changed; undefined when it may be everybody's. */
  onChange(listener: (subject: Subject | undefined) => void): Disposable;
}

type Ports = Pick<ServiceContext, 'bus' | 'clock' | 'log' | 'metrics'>;
/** One recorder for all gates over one bus, as `followView` keeps one view for them. */
interface Shared {
  readonly recorder: AccessRecorder;
  gates: number;
}
const recorders = new WeakMap<object, Shared>();

export function openLicenceGate(context: Ports): LicenceGate {
  const { bus } = context;
  const shared = recorders.get(bus) ?? { recorder: startRecorder(context), gates: 0 };
  shared.gates += 1;
  recorders.set(bus, shared);
  return new Gate(followView(context, licensingView), shared.recorder, async () => {
    shared.gates -= 1;
    if (shared.gates > 0) return;
    recorders.delete(bus);
    await shared.recorder[Symbol.asyncDispose]();
  });
}

type Internal = Extract<LicensedActor, { kind: 'internal' }>;

class Gate implements LicenceGate {
  readonly #view: HeldView<LicensingView, Rights>;
  readonly #recorder: AccessRecorder;
  readonly #letGo: () => Promise<void>;
  #isClosed = false;

  constructor(view: HeldView<LicensingView, Rights>, recorder: AccessRecorder, letGo: () => Promise<void>) {
    this.#view = view;
    this.#recorder = recorder;
    this.#letGo = letGo;
  }

  get isReady(): boolean {
    return this.#view.current.policy !== undefined;
  }

  get ready(): Promise<void> {
    return this.#view.ready;
  }

  check(feature: string, actor: LicensedActor): Verdict {
    if (actor.kind !== 'internal') return UNCOVERED;
    const access = this.#accessOf(feature, actor);
    const verdict = checkAccess(this.#view.current, access);
    // What was refused did not happen: it must not make anybody a subject that is in use.
    if (!verdict.allowed) return verdict;
    const level = featureOf(feature)?.cal ?? 'standard';
    this.#recorder.record({ ...access, level, deviceName: actor.deviceName });
    return verdict;
  }

  look(feature: string, actor: LicensedActor): Verdict {
    if (actor.kind !== 'internal') return UNCOVERED;
    return checkAccess(this.#view.current, this.#accessOf(feature, actor));
  }

  features(actor: LicensedActor): readonly FeatureState[] {
    return features.map(({ feature }) => ({ feature, ...this.look(feature, actor) }));
  }

  onChange(listener: (subject: Subject | undefined) => void): Disposable {
    return this.#view.onChange((rights) => listener(rights?.kind === 'subject' ? rights.subject : undefined));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#view[Symbol.asyncDispose]();
    await this.#letGo();
  }

  /** A phone in the lobby signs in with an account, and yet no person uses it: a device without a person. */
  #accessOf(feature: string, { userId, deviceId = null }: Internal) {
    const isShared = deviceId !== null && this.#view.current.devices.get(deviceId)?.commonArea === true;
    return { feature, deviceId, userId: isShared ? null : userId };
  }
}
