// A window as an endpoint of its person: published while it is connected, kept for a moment after (a reload must not
// flicker), then taken back. Owned by one browser session.
import type { Bus } from '@parley/platform/bus';
import type { Clock } from '@parley/platform/clock';
import { done, type Outcome } from '@parley/platform/contract';
import type { Log } from '@parley/platform/observe';
import { type MachineUse, publish, unpublish } from '../presence/contract.ts';

const EXPIRES_S = 60;
const REFRESH_MS = 25_000;
const GRACE_MS = 10_000;

interface EndpointContext {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
}

/** What happens at the machine, as its page tells. */
export interface Use {
  readonly machine: MachineUse;
  readonly idleS?: number | undefined;
}

export interface EndpointPerson {
  readonly userId: string;
  readonly deviceId: string | null;
}

export class PresenceEndpoint {
  readonly #context: EndpointContext;
  readonly #person: EndpointPerson;
  readonly #endpointId: string;
  #machine: MachineUse = 'active';
  /** By our own clock, so that it is still right when it is said again. */
  #inputAt: number;
  #isPublished = false;
  #timer: Disposable | undefined;
  readonly #ended: () => void;
  /** One call after the other: a late publication must not undo the withdrawal. */
  #work: Promise<unknown> = Promise.resolve();

  /** @param ended told when the endpoint is taken back; it does nothing more afterwards. */
  constructor(
    context: EndpointContext,
    person: EndpointPerson,
    sessionId: string,
    ended: () => void = () => undefined,
  ) {
    this.#context = context;
    this.#person = person;
    this.#endpointId = `browser:${sessionId}`;
    this.#ended = ended;
    this.#inputAt = context.clock.now();
  }

  up(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = this.#context.clock.after(REFRESH_MS, () => this.up());
    void this.#publish();
  }

  /** What the person does in this window. */
  say({ machine, idleS = 0 }: Use): Promise<Outcome<Record<string, never>>> {
    this.#machine = machine;
    this.#inputAt = this.#context.clock.now() - idleS * 1000;
    return this.#publish();
  }

  down(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = this.#context.clock.after(GRACE_MS, () => void this.end());
  }

  /** Takes the publication back now. */
  end(): Promise<void> {
    this.forget();
    this.#ended();
    return this.#after(async () => {
      if (!this.#isPublished) return;
      this.#isPublished = false;
      const outcome = await this.#context.bus.call(unpublish, {
        userId: this.#person.userId,
        endpointId: this.#endpointId,
      });
      if (!outcome.ok)
        this.#context.log.debug({ fault: outcome.fault.code }, 'the endpoint of a window expires by itself');
    });
  }

  /** Stops without a word: the window comes back on another node, or the publication expires. */
  forget(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
  }

  #publish(): Promise<Outcome<Record<string, never>>> {
    return this.#after(async () => {
      this.#isPublished = true;
      const outcome = await this.#context.bus.call(publish, {
        ...this.#person,
        endpointId: this.#endpointId,
        kind: 'browser',
        machine: this.#machine,
        ...(this.#machine === 'active' ? {} : { idleS: this.#idleS() }),
        expiresS: EXPIRES_S,
      });
      if (outcome.ok) return done({});
      this.#context.log.debug(
        { fault: outcome.fault.code },
        'the endpoint of a window is published again later',
      );
      return outcome;
    });
  }

  #idleS(): number {
    return Math.max(0, Math.round((this.#context.clock.now() - this.#inputAt) / 1000));
  }

  #after<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#work.then(work);
    this.#work = next.catch((error: unknown) =>
      this.#context.log.error({ error }, 'publishing a window failed'),
    );
    return next;
  }
}
