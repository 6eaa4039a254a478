// Messages that the server has not acknowledged yet. They survive a reload: each has a key of its own in the
// browser's storage, so that two tabs do not overwrite one another. The server stores each clientId once.
import type { CommandRequest } from '../contracts.ts';
import type { Fault } from '../fault.ts';

/** What a message says beside its text. */
export type Beside = Pick<
  CommandRequest<'im.send'>,
  'importance' | 'subject' | 'replyTo' | 'mentions' | 'images'
>;

export interface OutgoingMessage {
  readonly clientId: string;
  readonly conversationId: string;
  readonly text: string;
  readonly beside?: Beside;
  /** Unix milliseconds by the browser's clock. */
  readonly createdAt: number;
  /** Why the server refused it; null while it waits or travels. */
  readonly fault: Fault | null;
}

export type Outbox = readonly OutgoingMessage[];

export function withoutMessage(outbox: Outbox, clientId: string): Outbox {
  return outbox.some((item) => item.clientId === clientId)
    ? outbox.filter((item) => item.clientId !== clientId)
    : outbox;
}

export function withFault(outbox: Outbox, clientId: string, fault: Fault | null): Outbox {
  return outbox.map((item) => (item.clientId === clientId ? { ...item, fault } : item));
}

/** What may be sent now: the oldest waiting message of every conversation in which none is under way. */
export function sendable(outbox: Outbox, underWay: ReadonlySet<string>): OutgoingMessage[] {
  const taken = new Set(
    outbox.filter((item) => underWay.has(item.clientId)).map((item) => item.conversationId),
  );
  const chosen: OutgoingMessage[] = [];
  for (const item of outbox) {
    if (item.fault !== null || taken.has(item.conversationId)) continue;
    taken.add(item.conversationId);
    chosen.push(item);
  }
  return chosen;
}

/** The part of `localStorage` that is needed here. */
export type KeyValueStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

const PREFIX = 'parley.outbox.';

export function storeMessage(storage: KeyValueStorage, userId: string, item: OutgoingMessage): void {
  try {
    storage.setItem(`${PREFIX}${userId}.${item.clientId}`, JSON.stringify({ ...item, fault: null }));
  } catch {
    // Storage is full or forbidden: the message still waits in this page.
  }
}

export function forgetMessage(storage: KeyValueStorage, userId: string, clientId: string): void {
  storage.removeItem(`${PREFIX}${userId}.${clientId}`);
}

export function storedMessages(storage: KeyValueStorage, userId: string): Outbox {
  const items: OutgoingMessage[] = [];
  for (const key of keysWith(storage, `${PREFIX}${userId}.`)) {
    const item = readMessage(storage.getItem(key));
    if (item === null) storage.removeItem(key);
    else items.push(item);
  }
  return items.sort((a, b) => a.createdAt - b.createdAt);
}

export function keysWith(storage: KeyValueStorage, prefix: string): string[] {
  return Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? '').filter((key) =>
    key.startsWith(prefix),
  );
}

function readMessage(text: string | null): OutgoingMessage | null {
  try {
    const value: unknown = JSON.parse(text ?? 'null');
    if (typeof value !== 'object' || value === null) return null;
    const { clientId, conversationId, text: body, createdAt, beside } = value as Record<string, unknown>;
    if (typeof clientId !== 'string' || typeof conversationId !== 'string') return null;
    if (typeof body !== 'string' || typeof createdAt !== 'number') return null;
    const more = typeof beside === 'object' && beside !== null ? { beside: beside as Beside } : {};
    return { clientId, conversationId, text: body, ...more, createdAt, fault: null };
  } catch {
    return null;
  }
}
