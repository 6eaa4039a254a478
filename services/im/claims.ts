// Which people's phones this node delivers to: one node at a time for each person, by rows that run out unless they are
// renewed. Owned by delivery.ts.
import type { Clock } from '@parley/platform/clock';
import { inGroups, type ServiceStore } from '@parley/platform/store';
import type { ImTables } from './store.ts';
import * as rows from './store-deliveries.ts';

/** How long the people whom a killed process was serving wait for another one. */
const CLAIM_MS = 15_000;
/** A claim is not relied upon when it may run out while something is on its way. */
const MARGIN_MS = 2_000;
export const RENEW_MS = 5_000;

export class Claims {
  readonly #own: ServiceStore<ImTables>;
  readonly #clock: Clock;
  readonly #nodeId: string;
  /** Until when, by person. */
  readonly #until = new Map<string, number>();
  readonly #ask: (recipientId: string) => Promise<boolean>;
  #releasing: Promise<void> = Promise.resolve();

  constructor(ports: {
    readonly own: ServiceStore<ImTables>;
    readonly clock: Clock;
    readonly nodeId: string;
  }) {
    const { own, clock, nodeId } = ports;
    this.#own = own;
    this.#clock = clock;
    this.#nodeId = nodeId;
    this.#ask = inGroups(async (recipientIds: readonly string[]) => {
      // A late release would take away what is claimed here.
      await this.#releasing;
      const now = clock.wallNow();
      const until = now + CLAIM_MS;
      const got = await rows.claimDeliveries(own, recipientIds, { nodeId, now, until });
      for (const recipientId of got) this.#until.set(recipientId, until);
      return recipientIds.map((recipientId) => got.has(recipientId));
    });
  }

  has(recipientId: string): boolean {
    return this.#until.has(recipientId);
  }

  /** Still, and for long enough to send something. */
  holds(recipientId: string): boolean {
    return (this.#until.get(recipientId) ?? 0) > this.#clock.wallNow() + MARGIN_MS;
  }

  /** @returns false where another node has this person. */
  async take(recipientId: string): Promise<boolean> {
    return this.holds(recipientId) || (await this.#ask(recipientId));
  }

  async renew(): Promise<void> {
    if (this.#until.size === 0) return;
    const held = [...this.#until.keys()];
    const until = this.#clock.wallNow() + CLAIM_MS;
    await rows.renewDeliveries(this.#own, this.#nodeId, until);
    for (const recipientId of held) if (this.holds(recipientId)) this.#until.set(recipientId, until);
  }

  async release(recipientIds: readonly string[]): Promise<void> {
    for (const recipientId of recipientIds) this.#until.delete(recipientId);
    const released = this.#releasing.then(() =>
      rows.releaseDeliveries(this.#own, recipientIds, this.#nodeId),
    );
    this.#releasing = released.catch(() => undefined);
    await released;
  }
}
