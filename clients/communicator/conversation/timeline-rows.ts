// A conversation as rows: days, the line above what is new, and messages grouped by who wrote them when. Pure.
import type { Message, Notice } from '../../kit/contracts.ts';
import type { Fault } from '../../kit/fault.ts';
import type { OutgoingMessage } from '../../kit/live/outbox.ts';

/** The last two: as far as all whose marks are shown have it, and have read it. */
export type Delivery = 'sending' | 'waiting' | 'failed' | 'sent' | 'delivered' | 'seen';

export interface MessageRow {
  readonly kind: 'message';
  readonly key: string;
  readonly senderId: string;
  readonly own: boolean;
  readonly text: string;
  readonly beside: MessageBeside;
  /** Null until the server has it. */
  readonly message: Message | null;
  readonly atMs: number;
  /** First and last of a group: one after another, by one person, within minutes. */
  readonly first: boolean;
  readonly last: boolean;
  readonly delivery: Delivery;
  readonly clientId: string;
  readonly fault: Fault | null;
}
/** What a message carries beside its text. */
export type MessageBeside = Pick<
  Message,
  'importance' | 'subject' | 'replyTo' | 'mentions' | 'images' | 'editedAt' | 'deletedAt'
>;
export type TimelineRow =
  | { readonly kind: 'day'; readonly key: string; readonly atMs: number }
  | { readonly kind: 'unread'; readonly key: string }
  | { readonly kind: 'notice'; readonly key: string; readonly atMs: number; readonly notice: Notice }
  /** Below the own last message: who has read it. */
  | { readonly kind: 'seen'; readonly key: string; readonly userIds: readonly string[] }
  | MessageRow;

export interface TimelineInput {
  readonly messages: readonly Message[];
  readonly outgoing: readonly OutgoingMessage[];
  readonly meId: string;
  readonly connected: boolean;
  /** The line "New" stands after this message; null for no line. */
  readonly readSeq: number | null;
  /** How far the others have read, as far as it is shown. */
  readonly receipts?: Readonly<Record<string, number>>;
  /** How far their devices have it: names all whose marks are shown. */
  readonly reached?: Readonly<Record<string, number>>;
  /** Local midnight before a time. */
  readonly startOfDay: (atMs: number) => number;
}

export const GROUP_MS = 4 * 60_000;

export function timelineRows(input: TimelineInput): TimelineRow[] {
  const { messages, readSeq, startOfDay } = input;
  const stored = new Set(messages.map(({ clientId }) => clientId));
  const items = [
    ...messages.map((message) => storedRow(message, input)),
    ...input.outgoing
      .filter(({ clientId }) => !stored.has(clientId))
      .map((message) => outgoingRow(message, input.meId, input.connected)),
  ];
  const rows: TimelineRow[] = [];
  let day = Number.NaN;
  let lineDrawn = readSeq === null;
  let previous: MessageRow | null = null;
  for (const [index, item] of items.entries()) {
    const today = startOfDay(item.atMs);
    const seq = messages[index]?.seq;
    let broken = previous === null;
    if (today !== day) {
      rows.push({ kind: 'day', key: `day ${today}`, atMs: item.atMs });
      day = today;
      broken = true;
    }
    if (!lineDrawn && seq !== undefined && readSeq !== null && seq > readSeq && !item.own) {
      rows.push({ kind: 'unread', key: 'unread' });
      lineDrawn = true;
      broken = true;
    }
    const notice = messages[index]?.notice;
    if (notice !== undefined) {
      if (previous !== null) closeGroup(rows, previous);
      previous = null;
      rows.push({ kind: 'notice', key: item.key, atMs: item.atMs, notice });
      continue;
    }
    const first: boolean = broken || previous === null || !sameGroup(previous, item);
    if (first && previous !== null) closeGroup(rows, previous);
    const row: MessageRow = { ...item, first };
    rows.push(row);
    previous = row;
  }
  if (previous !== null) closeGroup(rows, previous);
  return withSeen(rows, input);
}

function withSeen(rows: TimelineRow[], { messages, meId, receipts = {} }: TimelineInput): TimelineRow[] {
  const last = messages.findLast(({ senderId, notice }) => senderId === meId && notice === undefined);
  if (last === undefined || last.seq === 0) return rows;
  const userIds = Object.keys(receipts).filter((userId) => (receipts[userId] ?? 0) >= last.seq);
  const at = rows.findLastIndex(({ key }) => key === last.clientId);
  if (userIds.length === 0 || at < 0) return rows;
  return rows.toSpliced(at + 1, 0, { kind: 'seen', key: 'seen', userIds });
}

function sameGroup(before: MessageRow, after: MessageRow): boolean {
  return before.senderId === after.senderId && after.atMs - before.atMs <= GROUP_MS;
}

function closeGroup(rows: TimelineRow[], row: MessageRow): void {
  const at = rows.lastIndexOf(row);
  rows[at] = { ...row, last: true };
}

function storedRow(message: Message, { meId, receipts, reached }: TimelineInput): MessageRow {
  const own = message.senderId === meId;
  return {
    kind: 'message',
    // The same key as while it was travelling, so that the bubble does not blink.
    key: own ? message.clientId : message.messageId,
    senderId: message.senderId,
    own,
    text: message.text,
    beside: message,
    message,
    atMs: message.sentAt,
    first: false,
    last: false,
    delivery: own ? deliveryOf(message.seq, receipts, reached) : 'sent',
    clientId: message.clientId,
    fault: null,
  };
}

function deliveryOf(
  seq: number,
  receipts: TimelineInput['receipts'] = {},
  reached: TimelineInput['reached'] = {},
): Delivery {
  const people = Object.keys(reached);
  if (seq === 0 || people.length === 0) return 'sent';
  const readBy = (userId: string) => (receipts[userId] ?? 0) >= seq;
  if (people.every(readBy)) return 'seen';
  return people.every((userId) => readBy(userId) || (reached[userId] ?? 0) >= seq) ? 'delivered' : 'sent';
}

function outgoingRow(message: OutgoingMessage, meId: string, connected: boolean): MessageRow {
  return {
    kind: 'message',
    key: message.clientId,
    senderId: meId,
    own: true,
    text: message.text,
    beside: besideOf(message),
    message: null,
    atMs: message.createdAt,
    first: false,
    last: false,
    delivery: message.fault !== null ? 'failed' : connected ? 'sending' : 'waiting',
    clientId: message.clientId,
    fault: message.fault,
  };
}

/** Of its images only their addresses are known. */
function besideOf({ beside: { images, ...beside } = {} }: OutgoingMessage): MessageBeside {
  if (images === undefined) return beside;
  return { ...beside, images: images.map((image) => ({ ...image, name: '', width: 0, height: 0 })) };
}
