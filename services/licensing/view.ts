// The licences as every process holds them: snapshot and `licensing.rights.changed`, folded into masks, and the one
// question that the call path asks (licensing rules M1, M3, M4). Pure, no await, well under a microsecond.
import { type Fault, view } from '@parley/platform/contract';
import {
  licensingErrors,
  type PolicyRights,
  type Rights,
  rightsChanged,
  rightsSnapshot,
  type SubjectRights,
} from './contract.ts';
import { decide, featureOf } from './rules/feature.ts';
import type { CalKind } from './rules/model.ts';

type Refusals = Readonly<Record<CalKind, Fault>>;

export interface LicensingView {
  /** Undefined until the first snapshot is here. */
  policy: PolicyRights | undefined;
  refusals: Refusals;
  readonly users: Map<string, SubjectRights>;
  readonly devices: Map<string, SubjectRights>;
}

export function emptyLicensingView(): LicensingView {
  return { policy: undefined, refusals: refusalsOf(''), users: new Map(), devices: new Map() };
}

/** Takes the newer of what is held and what is told; an older version changes nothing. */
export function foldRights(state: LicensingView, rights: Rights): LicensingView {
  if (rights.kind === 'policy') {
    if (state.policy !== undefined && state.policy.version >= rights.version) return state;
    state.policy = rights;
    state.refusals = refusalsOf(rights.contact);
    return state;
  }
  const side = rights.subject.kind === 'user' ? state.users : state.devices;
  const held = side.get(rights.subject.id);
  if (held === undefined || held.version < rights.version) side.set(rights.subject.id, rights);
  return state;
}

export const licensingView = view({
  event: rightsChanged,
  snapshot: rightsSnapshot,
  items: (page) => page.rights,
  empty: emptyLicensingView,
  fold: foldRights,
});

export interface Access {
  /** Null for a device without a person, and for a person without a device. */
  readonly userId: string | null;
  readonly deviceId: string | null;
  /** An id of table A9 (rules/feature.ts). */
  readonly feature: string;
}

export interface AccessVerdict {
  readonly allowed: boolean;
  /** Whose CAL covers it; `tolerance` within limit or grace; null where nobody's does or none is needed. */
  readonly coveredBy: 'user' | 'device' | 'tolerance' | null;
  /** Allowed, and yet the person should hear that a licence is missing. */
  readonly warning?: Fault;
  /** Not allowed, and why. */
  readonly fault?: Fault;
}

const BY_USER: AccessVerdict = { allowed: true, coveredBy: 'user' };
const BY_DEVICE: AccessVerdict = { allowed: true, coveredBy: 'device' };
/** Recorded and trued up; also while the policy is not known: a licence never stops the telephone (rule M5). */
export const UNCOVERED: AccessVerdict = { allowed: true, coveredBy: null };

/** @throws TypeError for a feature that no catalogue has: our own fault. */
export function checkAccess(state: LicensingView, { userId, deviceId, feature }: Access): AccessVerdict {
  const asked = featureOf(feature);
  if (asked === undefined) throw new TypeError(`the catalogue has no feature ${feature}`);
  const user = userId === null ? undefined : state.users.get(userId);
  const device = deviceId === null ? undefined : state.devices.get(deviceId);
  if (decide(user?.features ?? 0, 0, asked.bit)) return BY_USER;
  if (decide(0, device?.features ?? 0, asked.bit)) return BY_DEVICE;
  const { policy } = state;
  if (policy === undefined || policy.mode === 'honor') return UNCOVERED;
  const fault = state.refusals[asked.cal];
  if (policy.mode === 'warn') return { ...UNCOVERED, warning: fault };
  // M4: a device without a person stands for itself, everywhere else the person is the subject that is counted.
  const subject = userId === null ? device : user;
  const isTolerated = decide(subject?.tolerated ?? 0, 0, asked.bit) || policy.room[asked.cal] > 0;
  if (isTolerated) return { allowed: true, coveredBy: 'tolerance', warning: fault };
  return { allowed: false, coveredBy: null, fault };
}

function refusalsOf(contact: string): Refusals {
  const whom = contact === '' ? {} : { remedy: `Ask ${contact} for one; it works a few seconds later.` };
  return {
    standard: { ...licensingErrors.fault('LICENCE_STANDARD_NEEDED').fault, ...whom },
    enterprise: { ...licensingErrors.fault('LICENCE_ENTERPRISE_NEEDED').fault, ...whom },
  };
}
