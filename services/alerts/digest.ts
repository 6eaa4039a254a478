// The mail digest (decision 20): who is away from every window for as long as they chose gets one mail of what they have
// not read. Rows on a lease say whom to look at; a letter is written down before it is sent, and marks say what was mailed.
import { randomUUID } from 'node:crypto';
import type { Outcome, ReplyOf } from '@parley/platform/contract';
import { type Rounds, type ServiceContext, startRounds } from '@parley/platform/host';
import type { MailPort } from '@parley/platform/mail';
import type { ServiceStore } from '@parley/platform/store';
import type { Conversation, listConversations, Message, readHistory } from '../im/contract.ts';
import type { PresenceState } from '../presence/contract.ts';
import { awaySince } from './absence.ts';
import type { MailSettings, Shows } from './contract.ts';
import { type UnreadConversation, writeLetter } from './letter.ts';
import type { AlertTables } from './store.ts';
import * as rows from './store-mail.ts';

/** A letter as it stands in its row while it is on its way. */
export interface StoredLetter {
  readonly messageId: string;
  readonly writtenAt: number;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly stop: string;
  /** What of each conversation has been mailed with it. */
  readonly covers: readonly { readonly conversationId: string; readonly seq: number }[];
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Longer than as many letters may take as are sent at once. */
const LEASE_MS = 5 * MINUTE_MS;
const AT_ONCE = 4;
/** What a process that died has left is found this soon. */
const LOOK_EVERY_MS = MINUTE_MS;
/** Another look at who is at a window, in quiet hours or not to be disturbed. */
const LATER_MS = 15 * MINUTE_MS;
/** However short the time that somebody chose: between two letters to them. */
const BETWEEN_MS = 10 * MINUTE_MS;
/** A letter that is not taken is tried again so often, then given up: what is written next begins anew. */
const PAUSES_MS = [MINUTE_MS, 10 * MINUTE_MS, 60 * MINUTE_MS, 4 * 60 * MINUTE_MS, 12 * 60 * MINUTE_MS];
/** A server that takes none at all is left alone for so long. */
const DOWN_MS = [15_000, MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS];
/** Nobody wants a mail of what is older; marks are kept longer than that. */
const OLDEST_MS = 14 * DAY_MS;
const MARKS_MS = 30 * DAY_MS;
const SHOWN_CONVERSATIONS = 20;
const SHOWN_MESSAGES = 3;
const PAGE = 20;
/** People whose row is known to be there for a while: no statement for each message to them. */
const KNOWN = 50_000;

export interface Reader {
  readonly name: string;
  /** Where mail for them goes. */
  readonly address: string;
  readonly settings: MailSettings;
  /** The most that the policies let a mail show; null where they forbid it. */
  readonly most: Shows | null;
}

export interface DigestPorts {
  readonly own: ServiceStore<AlertTables>;
  readonly mail: MailPort;
  readonly from: { readonly name: string; readonly address: string };
  /** Undefined for who is not here any more. */
  readonly readerOf: (userId: string) => Reader | undefined;
  readonly presenceOf: (userId: string) => PresenceState | undefined;
  readonly nameOf: (userId: string) => string;
  readonly mayAlert: (userId: string, senderId: string) => boolean;
  readonly conversations: (userId: string) => Promise<Outcome<ReplyOf<typeof listConversations>>>;
  /** The latest messages of one conversation, as this person sees them. */
  readonly history: (
    userId: string,
    conversationId: string,
    limit: number,
  ) => Promise<Outcome<ReplyOf<typeof readHistory>>>;
  readonly pages: {
    readonly home: string;
    readonly conversation: (conversationId: string) => string;
    readonly stop: (userId: string) => string;
  };
  /** There is no such mailbox: no more mail to it, and a word in the person's settings. */
  readonly refused: (userId: string, address: string, reply: string) => Promise<void>;
}

export interface Digests extends AsyncDisposable {
  /** Somebody wrote to these people. */
  stored(userIds: readonly string[]): Promise<void>;
  /** A person wishes something else from now on. */
  wished(userId: string, settings: MailSettings): Promise<void>;
  /** Somebody's wishes have changed at another process: nothing is known of rows any more. */
  forget(): void;
}

const SHOWING: readonly Shows[] = ['nothing', 'sender', 'text'];

/** The less of both. */
function least(wished: Shows, most: Shows): Shows {
  return SHOWING.indexOf(wished) < SHOWING.indexOf(most) ? wished : most;
}

export function startDigests(context: Pick<ServiceContext, 'clock' | 'log'>, ports: DigestPorts): Digests {
  const { clock, log } = context;
  const { own, mail, from } = ports;
  const known = new Map<string, number>();
  let wakesAt = Number.POSITIVE_INFINITY;
  let downUntil = 0;
  let downs = 0;
  let forgottenAt = 0;
  let isSwept = false;

  function wakeAt(at: number): void {
    if (at >= wakesAt) return;
    wakesAt = at;
    rounds.soon(Math.max(0, at - clock.wallNow()));
  }

  async function later(digest: rows.Digest, at: number): Promise<void> {
    await rows.putOffDigest(own, digest, at, { tries: digest.tries, letter: null });
    wakeAt(at);
  }

  async function settle(digest: rows.Digest, afterMs: number): Promise<void> {
    const again = clock.wallNow() + Math.max(afterMs, BETWEEN_MS);
    await rows.settleDigest(own, digest, again);
    wakeAt(again);
  }

  async function conversationsOf(userId: string): Promise<readonly Conversation[]> {
    const found = await ports.conversations(userId);
    if (!found.ok) throw new Error(found.fault.code);
    return found.value.conversations;
  }

  async function look(digest: rows.Digest): Promise<void> {
    const userId = digest.user_id;
    const reader = ports.readerOf(userId);
    if (reader === undefined || reader.settings.afterMinutes === null || reader.most === null)
      return await rows.retimeDigest(own, userId, null);
    if (digest.letter !== null) return await again(digest, digest.letter);
    const now = clock.wallNow();
    const afterMs = reader.settings.afterMinutes * MINUTE_MS;
    const away = awaySince(ports.presenceOf(userId));
    if (away === undefined) return await later(digest, now + Math.max(afterMs, MINUTE_MS));
    if (away + afterMs > now) return await later(digest, away + afterMs);
    const unread = await unreadOf(userId);
    const wanted = unread.filter(({ lastMessage }) => ports.mayAlert(userId, lastMessage?.senderId ?? ''));
    if (unread.length === 0) return await settle(digest, afterMs);
    if (wanted.length === 0) return await later(digest, now + LATER_MS);
    const letter = await write(userId, reader, reader.most, wanted);
    if (letter === undefined) return await settle(digest, afterMs);
    if (!(await rows.intendLetter(own, digest, letter))) return;
    await send({ ...digest, letter }, letter, wanted.length < unread.length ? LATER_MS : afterMs);
  }

  /** Conversations with something new in them that was not mailed yet. */
  async function unreadOf(userId: string): Promise<Conversation[]> {
    const [all, mailed] = await Promise.all([conversationsOf(userId), rows.mailedTo(own, userId)]);
    const oldest = clock.wallNow() - OLDEST_MS;
    return all.filter(
      ({ conversationId, unread, lastSeq, lastMessage }) =>
        unread > 0 &&
        lastMessage !== null &&
        lastMessage.senderId !== userId &&
        lastMessage.sentAt > oldest &&
        lastSeq > (mailed.get(conversationId) ?? 0),
    );
  }

  /** @returns undefined where all that is new turns out to be nobody's words. */
  async function write(
    userId: string,
    reader: Reader,
    most: Shows,
    wanted: readonly Conversation[],
  ): Promise<StoredLetter | undefined> {
    const mailed = await rows.mailedTo(own, userId);
    const shows = least(reader.settings.shows, most);
    const told: UnreadConversation[] = [];
    const covers: StoredLetter['covers'][number][] = [];
    for (const conversation of wanted.slice(0, SHOWN_CONVERSATIONS)) {
      const { conversationId, lastSeq, readSeq } = conversation;
      covers.push({ conversationId, seq: lastSeq });
      const after = Math.max(readSeq, mailed.get(conversationId) ?? 0);
      const one = await newIn(userId, conversation, after);
      if (one !== undefined) told.push(one);
    }
    const rest = wanted.slice(SHOWN_CONVERSATIONS);
    covers.push(...rest.map(({ conversationId, lastSeq: seq }) => ({ conversationId, seq })));
    if (told.length === 0) {
      await rows.putMailed(own, userId, covers, clock.wallNow());
      return undefined;
    }
    const { language, timeZone, afterMinutes } = reader.settings;
    const stop = ports.pages.stop(userId);
    const written = writeLetter({
      name: reader.name,
      language,
      timeZone,
      shows,
      afterMinutes: afterMinutes ?? 0,
      conversations: told,
      others: { count: rest.length, unread: rest.reduce((sum, { unread }) => sum + unread, 0) },
      home: ports.pages.home,
      stop,
    });
    const messageId = `${randomUUID()}@${from.address.slice(from.address.lastIndexOf('@') + 1)}`;
    return { ...written, messageId, writtenAt: clock.wallNow(), to: reader.address, stop, covers };
  }

  async function newIn(
    userId: string,
    conversation: Conversation,
    after: number,
  ): Promise<UnreadConversation | undefined> {
    const { conversationId, lastSeq, unread } = conversation;
    const page = await ports.history(userId, conversationId, PAGE);
    if (!page.ok) throw new Error(page.fault.code);
    const { messages, more } = page.value;
    const isNew = ({ seq }: Message) => seq > after && seq <= lastSeq;
    const fresh = messages.filter(
      (message) =>
        isNew(message) &&
        message.senderId !== userId &&
        message.deletedAt === undefined &&
        message.notice === undefined,
    );
    if (fresh.length === 0) return undefined;
    const isAll = !more || messages.some(({ seq }) => seq <= after);
    return {
      name: conversationName(userId, conversation),
      url: ports.pages.conversation(conversationId),
      unread: isAll ? fresh.length : Math.max(fresh.length, Math.min(unread, lastSeq - after)),
      messages: fresh
        .sort((a, b) => b.seq - a.seq)
        .slice(0, SHOWN_MESSAGES)
        .reverse()
        .map(({ senderId, sentAt, text, images }) => ({
          sender: ports.nameOf(senderId),
          sentAt,
          text,
          hasPicture: images !== undefined && images.length > 0,
        })),
    };
  }

  function conversationName(userId: string, { title, participantIds, lastMessage }: Conversation): string {
    if (title !== undefined && title !== '') return title;
    const others = participantIds.filter((id) => id !== userId);
    const shown = others.slice(0, 3).map(ports.nameOf).join(', ');
    if (shown === '') return ports.nameOf(lastMessage?.senderId ?? '');
    return others.length > 3 ? `${shown} +${others.length - 3}` : shown;
  }

  /** It was on its way when a process died or the connection broke: it goes again as it is, unless it is of no use now. */
  async function again(digest: rows.Digest, letter: StoredLetter): Promise<void> {
    const userId = digest.user_id;
    const mailed = await rows.mailedTo(own, userId);
    const readUpTo = new Map(
      (await conversationsOf(userId)).map(({ conversationId, readSeq }) => [conversationId, readSeq]),
    );
    const isOver = letter.covers.every(({ conversationId, seq }) => {
      const done = Math.max(mailed.get(conversationId) ?? 0, readUpTo.get(conversationId) ?? 0);
      return done >= seq;
    });
    if (isOver) await settle(digest, 0);
    else await send(digest, letter, 0);
  }

  async function send(digest: rows.Digest, letter: StoredLetter, afterMs: number): Promise<void> {
    const userId = digest.user_id;
    const answer = await mail.send({
      from,
      to: letter.to,
      subject: letter.subject,
      text: letter.text,
      html: letter.html,
      messageId: letter.messageId,
      writtenAt: letter.writtenAt,
      headers: headersOf(letter),
    });
    const now = clock.wallNow();
    const { tries } = digest;
    if (answer.kind !== 'down') downs = 0;
    if (answer.kind === 'taken') {
      await rows.putMailed(own, userId, letter.covers, now);
      return await settle(digest, afterMs);
    }
    const { kind, reply } = answer;
    if (kind === 'refused') {
      await ports.refused(userId, letter.to, reply);
      return await rows.retimeDigest(own, userId, null);
    }
    if (kind === 'down') {
      const pauseMs = DOWN_MS[Math.min(downs++, DOWN_MS.length - 1)] ?? MINUTE_MS;
      downUntil = now + pauseMs;
      log.warn({ reply, pauseS: pauseMs / 1000 }, 'the mail server takes no mail; parley doctor looks at it');
      // It was not taken by anybody: what is read until the server is back need not be in it.
      return await later(digest, downUntil);
    }
    log.info({ reply, kind }, 'a digest waits for its next try');
    const pauseMs = PAUSES_MS[tries];
    if (pauseMs === undefined) {
      log.warn({ reply }, 'a digest was given up');
      if (kind === 'unknown') await rows.putMailed(own, userId, letter.covers, now);
      return await settle(digest, afterMs);
    }
    const next = { tries: tries + 1, letter: kind === 'unknown' ? letter : null };
    await rows.putOffDigest(own, digest, now + pauseMs, next);
    wakeAt(now + pauseMs);
  }

  const rounds: Rounds = startRounds(
    context,
    { everyMs: LOOK_EVERY_MS, failure: 'digests wait for the next look' },
    async () => {
      wakesAt = Number.POSITIVE_INFINITY;
      const start = clock.wallNow();
      if (!isSwept) {
        await rows.putAllDigests(own, start);
        isSwept = true;
      }
      for (let isMore = true; isMore && clock.wallNow() >= downUntil; ) {
        const now = clock.wallNow();
        const taken = await rows.takeDigests(own, now, now + LEASE_MS, AT_ONCE);
        for (const { user_id } of taken) known.delete(user_id);
        // One that fails is due again when its lease ends.
        const results = await Promise.allSettled(taken.map(look));
        const failed = results.find((result) => result.status === 'rejected');
        if (failed !== undefined) log.warn({ error: failed.reason }, 'a digest waits for its next try');
        isMore = taken.length === AT_ONCE;
      }
      if (start - forgottenAt > DAY_MS) {
        forgottenAt = start;
        await rows.forgetMailed(own, start - MARKS_MS);
      }
      const next = await rows.nextDigestAt(own);
      // What was reckoned in the meantime may be of long ago.
      wakesAt = Number.POSITIVE_INFINITY;
      if (next !== undefined) wakeAt(Math.max(next, downUntil));
    },
  );
  rounds.soon();

  return {
    async stored(userIds) {
      const now = clock.wallNow();
      const due = new Map<string, number>();
      for (const userId of userIds) {
        // One that is about to be taken may be settled before it hears of this message.
        if ((known.get(userId) ?? 0) - MINUTE_MS > now) continue;
        const reader = ports.readerOf(userId);
        const { afterMinutes = null } = reader?.settings ?? {};
        if (afterMinutes !== null && reader?.most !== null) due.set(userId, now + afterMinutes * MINUTE_MS);
      }
      if (due.size === 0) return;
      const put = await rows.putDigests(own, [...due.keys()], [...due.values()]);
      if (known.size + due.size > KNOWN) known.clear();
      for (const { user_id, due_at } of put) {
        known.set(user_id, due_at);
        wakeAt(due_at);
      }
    },
    async wished(userId, { afterMinutes }) {
      const latest = afterMinutes === null ? null : clock.wallNow() + afterMinutes * MINUTE_MS;
      await rows.retimeDigest(own, userId, latest);
      if (latest !== null) wakeAt(latest);
    },
    forget: () => known.clear(),
    async [Symbol.asyncDispose]() {
      await mail[Symbol.asyncDispose]();
      await rounds[Symbol.asyncDispose]();
    },
  };
}

function headersOf({ stop }: StoredLetter): Readonly<Record<string, string>> {
  return {
    // RFC 8058 §3.1: one click, by a POST that needs no sign-in.
    'List-Unsubscribe': `<${stop}>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    // RFC 3834 §5: nobody answers a machine; Exchange needs its own word for it.
    'Auto-Submitted': 'auto-generated',
    'X-Auto-Response-Suppress': 'All',
  };
}
