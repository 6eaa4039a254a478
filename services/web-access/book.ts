// A person's whole contact list, for a snapshot and for a window that missed a change.
import type { Bus } from '@parley/platform/bus';
import { done, type Outcome } from '@parley/platform/contract';
import { listContacts } from '../contacts/contract.ts';
import type { BrowserSession } from './browser-session.ts';
import type { Snapshot } from './contract.ts';

type Listed = Pick<Snapshot, 'contacts' | 'book'>;

/** What changed while the pages were read has a higher version than the first page says, and comes as an event. */
export async function loadBook(bus: Bus, userId: string): Promise<Outcome<Listed>> {
  const first = await bus.call(listContacts, { userId });
  if (!first.ok) return first;
  const { contacts, version, groups, addedBy, asksWhenAdded } = first.value;
  const all = [...contacts];
  for (let after = first.value.next; after !== undefined; ) {
    const page = await bus.call(listContacts, { userId, after });
    if (!page.ok) return page;
    all.push(...page.value.contacts);
    after = page.value.next;
  }
  return done({ contacts: all, book: { version, groups, addedBy, asksWhenAdded } });
}

/** Those of this server, and who waits for an answer. */
export function peopleIn({ contacts, book }: Listed): string[] {
  const here = contacts.map(({ contactId }) => contactId).filter((contactId) => !contactId.includes('@'));
  return [...here, ...book.addedBy.map(({ userId }) => userId)];
}

export async function readBook(
  bus: Bus,
  session: BrowserSession,
  introduce: (session: BrowserSession, userIds: Iterable<string>) => void,
): Promise<Outcome<Listed>> {
  const listed = await loadBook(bus, session.userId);
  if (listed.ok) introduce(session, peopleIn(listed.value));
  return listed;
}
