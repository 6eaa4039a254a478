// Delivery to phones: in order, one sender at a time for each recipient, until a phone has it or it was read elsewhere.
// What is pending stands in the rows (marks of reading and of the phones), so a killed process loses nothing.
import type { Clock } from '@parley/platform/clock';
import { startRounds } from '@parley/platform/host';
import type { Log } from '@parley/platform/observe';
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
  readonly log: Log;
  readonly nodeId: string;
  readonly bindingsOf: (userId: string) => readonly Binding[];
  readonly send: (binding: Binding, message: Message, recipientId: string) => Promise<WireOutcome>;
}

export interface Delivery extends AsyncDisposable {
  /**
   * Delivers what is pending for this person; a call during a delivery makes it look again. What could not be delivered
   * is tried again by itself. Never rejects.
   */
  deliver(recipientId: string): Promise<DeliveryOutcome>;
  /** Those of these people for whom something is pending and nothing is under way here. */
  overdue(userIds: Iterable<string>, limit: number): Promise<string[]>;
}

/** How long the people whom a killed process was serving wait for another one. */
const CLAIM_MS = 15_000;
const RENEW_MS = 5_000;
const ELSEWHERE_MS = 1_000;
/** Doubled with every failure: a phone that is off for the night is not asked all night. */
const FIRST_RETRY_MS = 15_000;
const LAST_RETRY_MS = 15 * 60_000;
const PEOPLE_A_QUERY = 500;
/** Messages that wait for one phone while another of the same person takes them. */
const LINE_LIMIT = 100;

interface Retry {
  readonly failures: number;
  readonly timer: Disposable;
}

export function createDelivery(ports: DeliveryPorts): Delivery {
  const { own, clock, log, nodeId } = ports;
  const active = new Map<string, Promise<DeliveryOutcome>>();
  const again = new Set<string>();
  const retries = new Map<string, Retry>();
  /** What is on its way, by binding. */
  const lines = new Map<string, { last: Promise<WireOutcome>; length: number }>();
  let isClosing = false;

  // A phone may take longer to answer than a claim lasts (RFC 3261 §17.1.2.2, timer F: 32 s).
  const renewals = startRounds(ports, { everyMs: RENEW_MS, failure: 'claims may run out' }, async () => {
    if (active.size > 0) await rows.renewDeliveries(own.db, nodeId, clock.wallNow() + CLAIM_MS);
  });

  /** In order for each phone, however quick the ones beside it are. What stands behind a failure is not sent. */
  function sendInLine(binding: Binding, message: Message, recipientId: string): Promise<WireOutcome> {
    const { bindingId } = binding;
    const line = lines.get(bindingId) ?? { last: Promise.resolve<WireOutcome>('delivered'), length: 0 };
    if (line.length >= LINE_LIMIT) return Promise.resolve('failed');
    lines.set(bindingId, line);
    line.length += 1;
    const sent = line.last
      .then((before) => (before === 'failed' ? before : ports.send(binding, message, recipientId)))
      .finally(() => {
        line.length -= 1;
        if (line.length === 0) lines.delete(bindingId);
      });
    line.last = sent.catch(() => 'failed');
    return sent;
  }

  async function drain(recipientId: string, claim: { at: number | undefined }): Promise<DeliveryOutcome> {
    while (!isClosing) {
      const bindings = ports.bindingsOf(recipientId);
      if (bindings.length === 0) return 'nobody';
      // Before anything is claimed: most phones that register find nothing waiting.
      let message = await rows.nextFor(own.db, recipientId);
      if (message === undefined) return 'done';
      const now = clock.wallNow();
      if (claim.at === undefined || now - claim.at >= RENEW_MS) {
        if (!(await rows.claimDeliveries(own.db, recipientId, nodeId, now, now + CLAIM_MS))) {
          claim.at = undefined;
          return 'elsewhere';
        }
        claim.at = now;
        // Whoever had the claim before may have delivered it.
        message = await rows.nextFor(own.db, recipientId);
        if (message === undefined) return 'done';
      }
      const { conversationId, seq } = message;
      const outcome = await firstTaken(bindings.map((binding) => sendInLine(binding, message, recipientId)));
      if (outcome === 'failed') return 'failed';
      await rows.movePhone(own.db, conversationId, recipientId, seq);
    }
    return 'failed';
  }

  async function run(recipientId: string): Promise<DeliveryOutcome> {
    try {
      let outcome: DeliveryOutcome;
      do {
        again.delete(recipientId);
        const claim: { at: number | undefined } = { at: undefined };
        try {
          outcome = await drain(recipientId, claim);
        } finally {
          // Before anyone here may start anew: a late release would take the claim of that delivery away.
          if (claim.at !== undefined) await rows.releaseDeliveries(own.db, recipientId, nodeId);
        }
      } while (again.has(recipientId) && !isClosing);
      return outcome;
    } catch (error) {
      log.warn({ error }, 'a delivery will be tried again');
      return 'failed';
    } finally {
      again.delete(recipientId);
      active.delete(recipientId);
    }
  }

  /** In this process only: should it die, the rows tell the front end that then holds the phone. */
  function retryLater(recipientId: string, outcome: DeliveryOutcome, failedBefore: number): void {
    if (isClosing || outcome === 'done' || outcome === 'nobody') return;
    const isElsewhere = outcome === 'elsewhere';
    const failures = isElsewhere ? failedBefore : failedBefore + 1;
    const delayMs = isElsewhere ? ELSEWHERE_MS : Math.min(FIRST_RETRY_MS * 2 ** failedBefore, LAST_RETRY_MS);
    retries.get(recipientId)?.timer[Symbol.dispose]();
    retries.set(recipientId, {
      failures,
      timer: clock.after(delayMs, () => void deliver(recipientId)),
    });
  }

  function deliver(recipientId: string): Promise<DeliveryOutcome> {
    const running = active.get(recipientId);
    if (running !== undefined) {
      again.add(recipientId);
      return running;
    }
    const retry = retries.get(recipientId);
    retry?.timer[Symbol.dispose]();
    retries.delete(recipientId);
    const started = run(recipientId).then((outcome) => {
      retryLater(recipientId, outcome, retry?.failures ?? 0);
      return outcome;
    });
    active.set(recipientId, started);
    return started;
  }

  return {
    deliver,
    async overdue(userIds, limit) {
      const idle = [...userIds].filter((userId) => !active.has(userId) && !retries.has(userId));
      const found: string[] = [];
      for (let start = 0; start < idle.length && found.length < limit; start += PEOPLE_A_QUERY) {
        const asked = idle.slice(start, start + PEOPLE_A_QUERY);
        found.push(...(await rows.withPending(own.db, asked, limit - found.length)));
      }
      return found;
    },
    /** What is being sent is sent; what follows it stays pending. */
    async [Symbol.asyncDispose]() {
      isClosing = true;
      for (const { timer } of retries.values()) timer[Symbol.dispose]();
      retries.clear();
      await Promise.all(active.values());
      await renewals[Symbol.asyncDispose]();
    },
  };
}

/**
 * `delivered` as soon as one phone has it: another that was unplugged is asked for half a minute, and must not hold up
 * what follows. A phone that cannot show messages says nothing of the one beside it that did not answer.
 */
async function firstTaken(sends: readonly Promise<WireOutcome>[]): Promise<WireOutcome> {
  const taken = sends.map(async (send) => {
    const outcome = await send;
    if (outcome !== 'delivered') throw outcome;
    return outcome;
  });
  return Promise.any(taken).catch(async () => {
    const outcomes = await Promise.all(sends);
    return outcomes.includes('failed') ? 'failed' : 'refused';
  });
}
