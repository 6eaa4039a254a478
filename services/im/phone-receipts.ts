// Word back that phones ask for (RFC 5438 §4): a message has reached somebody, somebody has read it. What is asked stands in
// rows until it is answered; each answer is taken out of them by one front end alone. Owned by service.ts.
import type { Clock } from '@parley/platform/clock';
import type { EventOf } from '@parley/platform/contract';
import type { Log } from '@parley/platform/observe';
import type { ServiceStore } from '@parley/platform/store';
import type { phoneAsked } from './contract.ts';
import { clientKey, type ImTables } from './store.ts';
import * as rows from './store-receipts.ts';

type Asked = EventOf<typeof phoneAsked>;

/** A word back that is due now. */
export interface PhoneReceipt extends rows.AskedReceipt {
  readonly kind: 'delivered' | 'displayed';
}

export interface PhoneReceiptPorts {
  readonly own: ServiceStore<ImTables>;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether this front end delivers to that person's phones. */
  isHere(userId: string): boolean;
  /** To all front ends, this one among them. */
  tellAsked(asked: Asked): Promise<void>;
  send(receipt: PhoneReceipt): Promise<void>;
}

/** Who has not read it by then does not answer any more. */
const KEPT_MS = 7 * 24 * 3_600_000;
/** Messages that reached somebody a moment before it was known that word was wanted. */
const LATELY = 2_000;
const OPEN_CONVERSATIONS = 50_000;

export class PhoneReceipts {
  readonly #ports: PhoneReceiptPorts;
  /** Who waits for word, by conversation. It may name more than do. */
  #open = new Map<string, Set<string>>();
  readonly #lately = new Map<string, number>();
  /** Messages on their way in whose sender wants word. */
  readonly #expected = new Set<string>();

  constructor(ports: PhoneReceiptPorts) {
    this.#ports = ports;
  }

  /** Forgets what nobody answers any more, and looks afresh at what is open. */
  async sweep(): Promise<void> {
    const { own, clock } = this.#ports;
    await rows.forgetAskedBefore(own, clock.wallNow() - KEPT_MS);
    this.#open = new Map();
    for (const { conversationId, senderId } of await rows.openAsked(own, OPEN_CONVERSATIONS))
      this.#add(conversationId, senderId);
  }

  /** Whether windows shall say that they have this message. */
  expects(message: { readonly senderId: string; readonly clientId: string }): boolean {
    return this.#expected.size > 0 && this.#expected.has(clientKey(message));
  }

  /** While `work` stores the message. */
  async expecting<T>(
    message: { readonly senderId: string; readonly clientId: string },
    work: () => Promise<T>,
  ): Promise<T> {
    const key = clientKey(message);
    this.#expected.add(key);
    try {
      return await work();
    } finally {
      this.#expected.delete(key);
    }
  }

  async ask(asked: rows.AskedReceipts): Promise<void> {
    await rows.putAsked(this.#ports.own, asked, this.#ports.clock.wallNow());
    const { conversationId, senderId, seq, recipientIds } = asked;
    await this.#ports.tellAsked({ conversationId, senderId, seq, recipientIds: [...recipientIds] });
  }

  /** Somebody waits for word: what is known already is told at once. */
  async opened({ conversationId, senderId, seq, recipientIds }: Asked): Promise<void> {
    this.#add(conversationId, senderId);
    for (const recipientId of recipientIds)
      if ((this.#lately.get(`${conversationId} ${recipientId}`) ?? 0) >= seq)
        await this.#tellReached(conversationId, recipientId, seq);
  }

  /** A phone or a window of that person has the message. */
  async reached(conversationId: string, recipientId: string, seq: number): Promise<void> {
    const key = `${conversationId} ${recipientId}`;
    this.#lately.delete(key);
    this.#lately.set(key, seq);
    if (this.#lately.size > LATELY) this.#lately.delete(this.#lately.keys().next().value!);
    if (this.#open.has(conversationId)) await this.#tellReached(conversationId, recipientId, seq);
  }

  /** Whether anybody waits for word about this conversation, as far as is known. */
  isOpen(conversationId: string): boolean {
    return this.#open.has(conversationId);
  }

  /** Somebody has read so far. @param shownTo those who may know it. */
  async read(
    conversationId: string,
    readerId: string,
    seq: number,
    shownTo: readonly string[],
  ): Promise<void> {
    const open = this.#open.get(conversationId);
    if (open === undefined) return;
    const { own, isHere } = this.#ports;
    const senderIds = shownTo.filter((senderId) => open.has(senderId) && isHere(senderId));
    if (senderIds.length === 0) return;
    const found = await rows.takeRead(own, { conversationId, recipientId: readerId, seq, senderIds });
    await this.#send(
      found.map((asked) => ({ ...asked, kind: asked.wantsDisplay ? 'displayed' : 'delivered' })),
    );
  }

  async #tellReached(conversationId: string, recipientId: string, seq: number): Promise<void> {
    const found = await rows.takeReached(this.#ports.own, { conversationId, recipientId, seq });
    await this.#send(found.map((asked) => ({ ...asked, kind: 'delivered' })));
  }

  async #send(receipts: readonly PhoneReceipt[]): Promise<void> {
    for (const receipt of receipts) await this.#ports.send(receipt);
  }

  #add(conversationId: string, senderId: string): void {
    const held = this.#open.get(conversationId);
    if (held === undefined) this.#open.set(conversationId, new Set([senderId]));
    else held.add(senderId);
  }
}
