// What somebody began to write in a conversation and has not sent: kept per user and conversation across reloads.
import { type KeyValueStorage, keysWith } from './outbox.ts';

const PREFIX = 'parley.draft.';

export function readDrafts(storage: KeyValueStorage, userId: string): Record<string, string> {
  const prefix = `${PREFIX}${userId}.`;
  return Object.fromEntries(
    keysWith(storage, prefix).map((key) => [key.slice(prefix.length), storage.getItem(key) ?? '']),
  );
}

export function writeDraft(
  storage: KeyValueStorage,
  userId: string,
  conversationId: string,
  text: string,
): void {
  const key = `${PREFIX}${userId}.${conversationId}`;
  try {
    if (text === '') storage.removeItem(key);
    else storage.setItem(key, text);
  } catch {
    // Storage is full or forbidden: the draft lives as long as the page.
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
