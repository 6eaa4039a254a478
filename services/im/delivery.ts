// Delivery to phones: in order, one node at a time for each recipient, until a phone has it or it was read elsewhere.
// What was stored a moment ago goes out from memory; all else that is pending stands in the rows (marks of reading and of
// the phones), so a killed process loses nothing.
import type { Clock } from '@parley/platform/clock';
import { startRounds } from '@parley/platform/host';
import type { Log } from '@parley/platform/observe';
import { inGroups, type ServiceStore } from '@parley/platform/store';
import type { Binding } from '../registrar/contract.ts';
import { Claims, RENEW_MS } from './claims.ts';
import type { Message } from './contract.ts';
import { PhoneLines, type WireOutcome } from './phone-lines.ts';
import { PhoneMarks } from './phone-marks.ts';
import type { ImTables } from './store.ts';
import * as rows from './store-deliveries.ts';

/** `nobody`: no phone is registered. `elsewhere`: another node is at it. */
export type DeliveryOutcome = 'done' | 'nobody' | 'elsewhere' | 'failed';

export interface DeliveryPorts {
  readonly own: ServiceStore<ImTables>;
  readonly clock: Clock;
  readonly log: Log;
  readonly nodeId: string;
  readonly bindingsOf: (userId: string) => readonly Binding[];
  readonly send: (binding: Binding, message: Message, recipientId: string) => Promise<WireOutcome>;
}

/** A message that was stored just now, for one of those whom it is for. */
export interface Offer {
  readonly message: Message;
  readonly recipientId: string;
  /** The recipient's place in the conversation. */
  readonly place: number;
  /** How far the recipient had got in it before. */
  readonly seen: number;
}

export interface Delivery extends AsyncDisposable {
  /** Delivers a message from memory, where everything before it is delivered; otherwise what is pending, in its order. */
  offer(offer: Offer): void;
  /**
   * Delivers what is pending for this person; a call during a delivery makes it look again. What could not be delivered
   * is tried again by itself. Never rejects.
   */
  deliver(recipientId: string): Promise<DeliveryOutcome>;
  /** The same for a phone that has come: nearly always nothing waits, which many are told in one look. Never rejects. */
  welcome(recipientId: string): Promise<void>;
  /** Whether something could not be delivered to this person and will be tried again. */
  isWaiting(recipientId: string): boolean;
  /** This person's phones are at another node now. */
  letGo(recipientId: string): void;
  /** Those of these people for whom something is pending and nothing is under way here. */
  overdue(userIds: Iterable<string>, limit: number): Promise<string[]>;
}

const ELSEWHERE_MS = 1_000;
/** Doubled with every failure: a phone that is off for the night is not asked all night. */
const FIRST_RETRY_MS = 15_000;
const LAST_RETRY_MS = 15 * 60_000;
const PEOPLE_A_QUERY = 500;
/** More wait in the rows. */
const OFFERS_A_PERSON = 100;
/** People who were written to lately, whose next message finds their deliveries claimed and their marks known. */
const KEPT_PEOPLE = 5_000;
const KEPT_MS = 30_000;
const MARKS_A_PERSON = 200;

interface Retry {
  readonly failures: number;
  readonly timer: Disposable;
}

interface Work {
  /** The rows have to be looked at, and hold all that waits here. */
  isLooking: boolean;
  readonly offers: Offer[];
  running: Promise<DeliveryOutcome>;
}

interface Kept {
  /** What the phones were given last, by conversation. */
  readonly given: Map<string, number>;
  usedAt: number;
}

export function createDelivery(ports: DeliveryPorts): Delivery {
  const { own, clock, log } = ports;
  const claims = new Claims(ports);
  const marks = new PhoneMarks(ports);
  const lines = new PhoneLines(ports.send);
  const active = new Map<string, Work>();
  const kept = new Map<string, Kept>();
  /** People whose claim goes when what is under way has ended. */
  const leaving = new Set<string>();
  const retries = new Map<string, Retry>();
  let isClosing = false;

  // A phone may take longer to answer than a claim lasts (RFC 3261 §17.1.2.2, timer F: 32 s).
  const renewals = startRounds(ports, { everyMs: RENEW_MS, failure: 'claims may run out' }, async () => {
    await claims.renew();
    const now = clock.now();
    const idle = [...kept].filter(([userId, { usedAt }]) => now - usedAt >= KEPT_MS && !active.has(userId));
    if (idle.length > 0) await release(idle.map(([userId]) => userId));
  });

  async function release(userIds: readonly string[]): Promise<void> {
    for (const userId of userIds) kept.delete(userId);
    const claimed = userIds.filter((userId) => claims.has(userId));
    if (claimed.length === 0) return;
    // Whoever takes over reads the rows.
    await marks.write();
    await claims.release(claimed);
  }

  /** What is pending in the rows, one after the other. */
  async function drain(recipientId: string): Promise<DeliveryOutcome> {
    await marks.write();
    while (!isClosing) {
      const bindings = ports.bindingsOf(recipientId);
      if (bindings.length === 0) return 'nobody';
      // Before anything is claimed: most phones that register find nothing waiting.
      let message = await rows.nextFor(own.db, recipientId);
      if (message === undefined) return 'done';
      if (!claims.holds(recipientId)) {
        if (!(await claims.take(recipientId))) return 'elsewhere';
        // Whoever had the claim before may have delivered it.
        message = await rows.nextFor(own.db, recipientId);
        if (message === undefined) return 'done';
      }
      const outcome = await lines.firstTaken(bindings, message, recipientId);
      if (outcome === 'failed') return 'failed';
      kept.get(recipientId)?.given.set(message.conversationId, message.seq);
      await rows.movePhone(own, message, recipientId);
    }
    return 'failed';
  }

  /** `look`: something before this message is not delivered yet, so the rows say what comes next. */
  async function give({ message, recipientId, place, seen }: Offer): Promise<DeliveryOutcome | 'look'> {
    const { conversationId, seq } = message;
    const bindings = ports.bindingsOf(recipientId);
    if (bindings.length === 0) return 'nobody';
    let known = kept.get(recipientId);
    if (known === undefined || !claims.holds(recipientId)) {
      if (!(await claims.take(recipientId))) return 'elsewhere';
      known = { given: new Map(), usedAt: 0 };
      kept.set(recipientId, known);
    }
    known.usedAt = clock.now();
    const given = Math.max(known.given.get(conversationId) ?? 0, seen);
    if (seq <= given) return 'done';
    if (seq !== given + 1) return 'look';
    const outcome = await lines.firstTaken(bindings, message, recipientId);
    if (outcome === 'failed') return 'failed';
    known.given.set(conversationId, seq);
    if (known.given.size > MARKS_A_PERSON) known.given.delete(known.given.keys().next().value!);
    marks.move({ conversationId, place, seq });
    return 'done';
  }

  async function work(recipientId: string, now: Work): Promise<DeliveryOutcome> {
    let outcome: DeliveryOutcome = 'done';
    while (!isClosing && outcome === 'done') {
      if (now.isLooking) {
        now.isLooking = false;
        now.offers.length = 0;
        outcome = await drain(recipientId);
        continue;
      }
      const offer = now.offers.shift();
      if (offer === undefined) return outcome;
      const given = await give(offer);
      if (given === 'look') now.isLooking = true;
      else outcome = given;
    }
    return isClosing ? 'failed' : outcome;
  }

  async function run(recipientId: string, now: Work): Promise<DeliveryOutcome> {
    try {
      let outcome: DeliveryOutcome;
      do {
        try {
          outcome = await work(recipientId, now);
        } finally {
          // Before anyone here may start anew: a late release would take the claim of that delivery away.
          if (leaving.delete(recipientId) || !kept.has(recipientId)) await release([recipientId]);
        }
      } while ((now.isLooking || (outcome === 'done' && now.offers.length > 0)) && !isClosing);
      return outcome;
    } catch (error) {
      log.warn({ error }, 'a delivery will be tried again');
      return 'failed';
    } finally {
      active.delete(recipientId);
      if (kept.size > KEPT_PEOPLE) letGo(kept.keys().next().value!);
    }
  }

  function start(recipientId: string, offer: Offer | undefined): Work {
    const retry = retries.get(recipientId);
    retry?.timer[Symbol.dispose]();
    retries.delete(recipientId);
    const now: Work = {
      isLooking: offer === undefined,
      offers: offer === undefined ? [] : [offer],
      running: Promise.resolve('done'),
    };
    active.set(recipientId, now);
    now.running = run(recipientId, now).then((outcome) => {
      retryLater(recipientId, outcome, retry?.failures ?? 0);
      return outcome;
    });
    return now;
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
    const now = active.get(recipientId);
    if (now === undefined) return start(recipientId, undefined).running;
    now.isLooking = true;
    return now.running;
  }

  function letGo(recipientId: string): void {
    if (!kept.has(recipientId)) return;
    if (active.has(recipientId)) leaving.add(recipientId);
    else release([recipientId]).catch((error) => log.warn({ error }, 'a claim runs out by itself'));
  }

  const awaited = inGroups(async (userIds: readonly string[]) => {
    const found = new Set(await rows.withPending(own, [...new Set(userIds)], userIds.length));
    return userIds.map((userId) => found.has(userId));
  });

  return {
    deliver,
    async welcome(recipientId) {
      try {
        if (await awaited(recipientId)) await deliver(recipientId);
      } catch (error) {
        log.warn({ error }, 'what waits for a phone is looked for later');
      }
    },
    isWaiting: (recipientId) => retries.has(recipientId),
    letGo,
    offer(offer) {
      if (isClosing) return;
      const now = active.get(offer.recipientId);
      if (now === undefined) start(offer.recipientId, offer);
      else if (now.offers.length < OFFERS_A_PERSON) now.offers.push(offer);
      else now.isLooking = true;
    },
    async overdue(userIds, limit) {
      const idle = [...userIds].filter((userId) => !active.has(userId) && !retries.has(userId));
      const found: string[] = [];
      await marks.write();
      for (let at = 0; at < idle.length && found.length < limit; at += PEOPLE_A_QUERY) {
        const asked = idle.slice(at, at + PEOPLE_A_QUERY);
        found.push(...(await rows.withPending(own, asked, limit - found.length)));
      }
      return found;
    },
    /** What is being sent is sent; what follows it stays pending. */
    async [Symbol.asyncDispose]() {
      isClosing = true;
      for (const { timer } of retries.values()) timer[Symbol.dispose]();
      retries.clear();
      await Promise.all([...active.values()].map(({ running }) => running));
      await renewals[Symbol.asyncDispose]();
      await marks[Symbol.asyncDispose]();
      await claims
        .release([...kept.keys()])
        .catch((error) => log.debug({ error }, 'claims run out by themselves'));
    },
  };
}
