// What the browser keeps of a person across reloads beside the outbox: drafts (draft-desk.ts says whose is newer), and with
// whom conversations are in which nothing was said yet.
import { type KeyValueStorage, keysWith } from './outbox.ts';

const PREFIX = 'parley.draft.';

export interface Draft {
  readonly text: string;
  readonly subject: string;
  /** Seq of the message that it answers. */
  readonly replyTo: number | null;
  /** Names this state of the draft, and the one that it was made from. */
  readonly version: string;
  readonly base: string;
  /** Unix milliseconds by the browser's clock. */
  readonly savedAt: number;
}

export function isEmptyDraft({
  text,
  subject,
  replyTo,
}: Omit<Draft, 'version' | 'base' | 'savedAt'>): boolean {
  return text === '' && subject === '' && replyTo === null;
}

/** Drafts that say something; those that were sent or emptied are cleared away. */
export function readDrafts(storage: KeyValueStorage, userId: string): Record<string, Draft> {
  const prefix = `${PREFIX}${userId}.`;
  const drafts: Record<string, Draft> = {};
  for (const key of keysWith(storage, prefix)) {
    const draft = parseDraft(storage.getItem(key));
    if (isEmptyDraft(draft)) storage.removeItem(key);
    else drafts[key.slice(prefix.length)] = draft;
  }
  return drafts;
}

/** An emptied draft is written too, so that other windows hear of it. */
export function writeDraft(
  storage: KeyValueStorage,
  userId: string,
  conversationId: string,
  draft: Draft,
): void {
  try {
    storage.setItem(`${PREFIX}${userId}.${conversationId}`, JSON.stringify(draft));
  } catch {
    // Storage is full or forbidden: the draft lives as long as the page.
  }
}

/** The conversation of a draft of this person, by the key of its entry. */
export function draftConversation(userId: string, key: string): string | null {
  const prefix = `${PREFIX}${userId}.`;
  return key.startsWith(prefix) ? key.slice(prefix.length) : null;
}

/** What stands in the storage may have been written by anybody: anything else is a text. */
export function parseDraft(value: string | null): Draft {
  const plain = { text: value ?? '', subject: '', replyTo: null, version: '', base: '', savedAt: 0 };
  try {
    const given = JSON.parse(value ?? '') as Partial<Record<keyof Draft, unknown>> | null;
    if (typeof given !== 'object' || given === null || typeof given.text !== 'string') return plain;
    const word = (one: unknown) => (typeof one === 'string' ? one : '');
    return {
      text: given.text,
      subject: word(given.subject),
      replyTo: typeof given.replyTo === 'number' ? given.replyTo : null,
      version: word(given.version),
      base: word(given.base),
      savedAt: typeof given.savedAt === 'number' ? given.savedAt : 0,
    };
  } catch {
    return plain;
  }
}

const OPENED = 'parley.opened.';

/** With whom a conversation is: until its first message the server does not list it, and a reload would lose it. */
export function rememberOpened(
  storage: KeyValueStorage,
  userId: string,
  conversationId: string,
  participantIds: readonly string[],
): void {
  try {
    storage.setItem(`${OPENED}${userId}.${conversationId}`, participantIds.join(' '));
  } catch {
    // Storage is full or forbidden: an empty conversation is then found through the contact list again.
  }
}

export function openedWith(
  storage: KeyValueStorage,
  userId: string,
  conversationId: string,
): readonly string[] | null {
  return storage.getItem(`${OPENED}${userId}.${conversationId}`)?.split(' ') ?? null;
}

export function forgetOpened(storage: KeyValueStorage, userId: string, conversationId: string): void {
  storage.removeItem(`${OPENED}${userId}.${conversationId}`);
}

/** At sign-out nothing that the user wrote stays on the machine. */
export function forgetWritings(storage: KeyValueStorage, userId: string): void {
  for (const prefix of [`${PREFIX}${userId}.`, `${OPENED}${userId}.`, `parley.outbox.${userId}.`]) {
    for (const key of keysWith(storage, prefix)) storage.removeItem(key);
  }
}
