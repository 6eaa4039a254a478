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

/** At sign-out nothing that the user wrote stays on the machine. */
export function forgetWritings(storage: KeyValueStorage, userId: string): void {
  for (const prefix of [`${PREFIX}${userId}.`, `parley.outbox.${userId}.`]) {
    for (const key of keysWith(storage, prefix)) storage.removeItem(key);
  }
}
