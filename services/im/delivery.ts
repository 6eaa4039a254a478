// Delivery to phones: in order, one sender at a time for each recipient, until a phone has it or it was read elsewhere.
// What is pending stands in the rows (marks of reading and of the phones), so a killed process loses nothing.
import type { Clock } from '@parley/platform/clock';
import type { ServiceStore } from '@parley/platform/store';
import type { Binding } from '../registrar/contract.ts';
import type { Message } from './contract.ts';
import * as rows from './store.ts';

/** `refused`: this phone will never take it. `failed`: it may later. */
export type WireOutcome = 'delivered' | 'refused' | 'failed';

/** `nobody`: no phone is registered. `elsewhere`: another node is at it. */
export type DeliveryOutcome = 'done' | 'nobody' | 'elsewhere' | 'failed';

export interface DeliveryPorts {
  readonly own: ServiceStore<rows.ImTables>;
  readonly clock: Clock;
  readonly nodeId: string;
  readonly bindingsOf: (userId: string) => readonly Binding[];
  readonly send: (binding: Binding, message: Message, recipientId: string) => Promise<WireOutcome>;
}

/** Longer than one non-INVITE transaction lasts (RFC 3261 §17.1.2.2, timer F: 32 s). */
const CLAIM_MS = 60_000;

export function createDelivery(ports: DeliveryPorts) {
  const { own, clock, nodeId } = ports;
  const active = new Map<string, Promise<DeliveryOutcome>>();
  const again = new Set<string>();

  async function drain(recipientId: string): Promise<DeliveryOutcome> {
    while (true) {
      const bindings = ports.bindingsOf(recipientId);
      if (bindings.length === 0) return 'nobody';
      const now = clock.wallNow();
      if (!(await rows.claimDeliveries(own.db, recipientId, nodeId, now, now + CLAIM_MS))) return 'elsewhere';
      const [message] = await rows.pendingFor(own.db, recipientId, 1);
      if (message === undefined) return 'done';
      const outcomes = await Promise.all(
        bindings.map((binding) => ports.send(binding, message, recipientId)),
      );
      if (outcomes.every((outcome) => outcome === 'failed')) return 'failed';
      await rows.movePhone(own.db, message.conversationId, recipientId, message.seq);
    }
  }

  async function run(recipientId: string): Promise<DeliveryOutcome> {
    try {
      let outcome: DeliveryOutcome;
      do {
        again.delete(recipientId);
        outcome = await drain(recipientId);
      } while (again.has(recipientId));
      return outcome;
    } finally {
      active.delete(recipientId);
      await rows.releaseDeliveries(own.db, recipientId, nodeId);
    }
  }

  return {
    /** Delivers what is pending for this person; a call during a delivery makes it look again. */
    deliver(recipientId: string): Promise<DeliveryOutcome> {
      const running = active.get(recipientId);
      if (running !== undefined) {
        again.add(recipientId);
        return running;
      }
      const started = run(recipientId);
      active.set(recipientId, started);
      return started;
    },
    /** Resolves when nothing is under way. */
    async settled(): Promise<void> {
      await Promise.allSettled([...active.values()]);
    },
  };
}
