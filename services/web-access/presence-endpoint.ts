// A window as an endpoint of its person: published while it is connected, kept for a moment after (a reload must not
// flicker), then taken back. Owned by one browser session.
import type { Bus } from '@parley/platform/bus';
import type { Clock } from '@parley/platform/clock';
import { done, type Outcome } from '@parley/platform/contract';
import type { Log } from '@parley/platform/observe';
import { publish, type StateName, unpublish } from '../presence/contract.ts';

const EXPIRES_S = 60;
const REFRESH_MS = 25_000;
const GRACE_MS = 10_000;

interface EndpointContext {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
}

export interface EndpointPerson {
  readonly userId: string;
  readonly deviceId: string | null;
}

export class PresenceEndpoint {
  readonly #context: EndpointContext;
  readonly #person: EndpointPerson;
  readonly #endpointId: string;
  #state: StateName = 'available';
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
  }

  up(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = this.#context.clock.after(REFRESH_MS, () => this.up());
    void this.#publish();
  }

  /** What the person does in this window. */
  say(state: StateName): Promise<Outcome<Record<string, never>>> {
    this.#state = state;
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
        state: this.#state,
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

  #after<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#work.then(work);
    this.#work = next.catch((error: unknown) =>
      this.#context.log.error({ error }, 'publishing a window failed'),
    );
    return next;
  }
}
