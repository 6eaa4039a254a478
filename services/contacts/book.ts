// Everybody's list: one change at a time for each person, told after the commit in pieces that the bus can carry.
import type { Clock } from '@parley/platform/clock';
import { done, type Outcome, type RequestOf } from '@parley/platform/contract';
import type { ServiceTransaction } from '@parley/platform/store';
import * as contract from './contract.ts';
import { changedContact, changedGroups, newContact } from './rules/change.ts';
import { type Inverse, nothingToUndo, undone } from './rules/inverse.ts';
import * as rows from './store.ts';
import { ask } from './store-added.ts';
import { forgetUndo, noteUndo, readUndo } from './store-undo.ts';

const { fault } = contract.contactErrors;
type Work = ServiceTransaction<rows.ContactTables>;
type ContactFault = Outcome<never>;

export interface Changes {
  readonly contacts?: readonly contract.Contact[];
  readonly removed?: readonly string[];
  readonly groups?: readonly contract.ContactGroup[];
  readonly asksWhenAdded?: boolean;
  /** Who came into the list, and is of this server. */
  readonly introduced?: readonly string[];
  readonly undo?: { readonly undoId: string; readonly isImport: boolean; readonly inverse: Inverse };
}

/** What a change is made from, under the lock of the list. */
export interface Held {
  readonly work: Work;
  readonly book: rows.Book;
  readonly groups: readonly contract.ContactGroup[];
}

export interface Books {
  /** Runs `make` alone for this person, writes what it wants otherwise and tells of it. */
  change<T>(
    userId: string,
    make: (held: Held) => Promise<{ readonly reply: Outcome<T>; readonly changes?: Changes }>,
  ): Promise<Outcome<T>>;
  put(ask: RequestOf<typeof contract.putContacts>): Promise<Outcome<object>>;
  remove(ask: RequestOf<typeof contract.removeContacts>): Promise<Outcome<{ undoId?: string }>>;
  changeGroups(ask: RequestOf<typeof contract.changeGroups>): Promise<Outcome<{ undoId?: string }>>;
  undo(ask: RequestOf<typeof contract.undo>): Promise<Outcome<object>>;
}

export function createBooks(needs: {
  readonly own: rows.Own;
  readonly clock: Clock;
  readonly newId: () => string;
  /** As they are to stand in the list: who is of this server by `userId`; a fault for who is nobody. */
  readonly named: (contactIds: readonly string[]) => Promise<Outcome<readonly string[]>>;
  readonly isHere: (contactId: string) => boolean;
  /** Whether the person may be asked what the adder is to see: not where that is settled. */
  readonly mayAsk: (userId: string, adderId: string) => boolean;
  readonly isFreeFor: (contactId: string, userId: string) => boolean;
}): Books {
  const { own, clock, newId, named, isHere, mayAsk, isFreeFor } = needs;

  const change: Books['change'] = (userId, make) =>
    own.transaction(async (work) => {
      const book = await rows.lockBook(work.db, userId);
      const groups = await rows.listGroups(work.db, userId);
      const { reply, changes } = await make({ work, book, groups });
      if (changes === undefined) return reply;
      await write(work, userId, book, changes);
      return reply;
    });

  async function write({ db, announceAll }: Work, userId: string, book: rows.Book, changes: Changes) {
    const { contacts = [], removed = [], groups, introduced = [], undo } = changes;
    const before = await rows.findContacts(db, userId, [
      ...contacts.map(({ contactId }) => contactId),
      ...removed,
    ]);
    const waitsAnew = contacts.filter(
      ({ contactId, waiting }) => waiting !== undefined && before.get(contactId)?.waiting === undefined,
    );
    const free = waitsAnew.map(({ contactId }) => contactId).filter((id) => isFreeFor(id, userId));
    await rows.putContacts(db, userId, contacts, new Set(free));
    if (removed.length > 0) await rows.removeContacts(db, userId, removed);
    if (groups !== undefined) await rows.putGroups(db, userId, groups);
    const pieces = Math.max(1, Math.ceil(contacts.length / contract.CONTACTS_AT_ONCE));
    const version = book.version + pieces;
    const asksWhenAdded = changes.asksWhenAdded ?? book.asksWhenAdded;
    await rows.putBook(db, userId, { version, asksWhenAdded });
    if (undo !== undefined) await noteUndo(db, userId, { ...undo, at: clock.wallNow() });
    await announceAll(
      contract.bookChanged,
      Array.from({ length: pieces }, (_, nth): contract.BookChange => {
        const from = nth * contract.CONTACTS_AT_ONCE;
        return {
          userId,
          version: book.version + nth + 1,
          contacts: contacts.slice(from, from + contract.CONTACTS_AT_ONCE),
          removed: nth === 0 ? [...removed] : [],
          ...(groups === undefined || nth > 0 ? {} : { groups: [...groups] }),
          ...(changes.asksWhenAdded === undefined || nth > 0 ? {} : { asksWhenAdded }),
        };
      }),
    );
    const waits = [
      ...contacts.map(({ contactId, waiting = null }) => ({ contactId, waiting })),
      ...removed.map((contactId) => ({ contactId, waiting: null })),
    ].filter(({ contactId, waiting }) => (before.get(contactId)?.waiting ?? null) !== waiting);
    await announceAll(
      contract.waitChanged,
      waits.map((wait) => ({ userId, ...wait, version })),
    );
    const at = clock.wallNow();
    const asked = await ask(
      db,
      userId,
      introduced.filter((id) => id !== userId && mayAsk(id, userId)),
      at,
    );
    await announceAll(
      contract.addedChanged,
      asked.map((id) => ({ userId: id, adderId: userId, at })),
    );
  }

  return {
    change,

    async put({ userId, contactIds, change: wanted }) {
      const known = await named([...new Set(contactIds)]);
      if (!known.ok) return known;
      return change<object>(userId, async ({ work, groups }) => {
        if (!(wanted.addTo ?? []).every((id) => groups.some(({ groupId }) => groupId === id)))
          return { reply: fault('CONTACTS_NO_SUCH_GROUP') };
        const held = await rows.findContacts(work.db, userId, known.value);
        const fresh = known.value.filter((id) => !held.has(id));
        if (fresh.length > 0 && (await isFull(work.db, userId, fresh.length)))
          return { reply: fault('CONTACTS_FULL') };
        const contacts: contract.Contact[] = [];
        for (const contactId of known.value) {
          const before = held.get(contactId);
          const after = changedContact(before ?? newContact(contactId), wanted, groups);
          if (after === 'CONTACTS_NOTE_STALE') return { reply: stale(before) };
          if (before === undefined || JSON.stringify(after) !== JSON.stringify(before)) contacts.push(after);
        }
        if (contacts.length === 0) return { reply: done({}) };
        return { reply: done({}), changes: { contacts, introduced: fresh.filter(isHere) } };
      });
    },

    remove({ userId, contactIds }) {
      return change<{ undoId?: string }>(userId, async ({ work }) => {
        const found = [...(await rows.findContacts(work.db, userId, contactIds)).values()];
        if (found.length === 0) return { reply: done({}) };
        const undoId = newId();
        const undo = { undoId, isImport: false, inverse: { ...nothingToUndo, removed: found } };
        return {
          reply: done({ undoId }),
          changes: { removed: found.map(({ contactId }) => contactId), undo },
        };
      });
    },

    changeGroups({ userId, change: wanted }) {
      return change<{ undoId?: string }>(userId, async ({ work, groups }) => {
        const after = changedGroups(groups, wanted);
        if (typeof after === 'string') return { reply: fault(after) };
        if (wanted.kind !== 'delete') return { reply: done({}), changes: { groups: after } };
        const place = groups.findIndex(({ groupId }) => groupId === wanted.groupId);
        const group = groups[place];
        if (group === undefined) return { reply: done({}) };
        const { groupId } = group;
        const people = await rows.contactsInGroup(work.db, userId, groupId);
        const goes = ({ groupIds, favourite }: contract.Contact) =>
          wanted.people === 'remove' && groupIds.length === 1 && !favourite;
        const undoId = newId();
        const inverse = {
          ...nothingToUndo,
          removed: people.filter(goes),
          left: people.map(({ contactId }) => ({ contactId, groupIds: [groupId] })),
          groupsRemoved: [{ ...group, place }],
        };
        const contacts = people
          .filter((contact) => !goes(contact))
          .map((contact) => ({ ...contact, groupIds: contact.groupIds.filter((id) => id !== groupId) }));
        const removed = inverse.removed.map(({ contactId }) => contactId);
        const undo = { undoId, isImport: false, inverse };
        return { reply: done({ undoId }), changes: { contacts, removed, groups: after, undo } };
      });
    },

    undo({ userId, undoId }) {
      return change<object>(userId, async ({ work, groups }) => {
        const inverse = await readUndo(work.db, userId, undoId);
        if (inverse === undefined) return { reply: fault('CONTACTS_NO_UNDO') };
        const all = await everybody(work.db, userId);
        const after = undone(inverse, all, groups);
        const grows = after.contacts.filter(({ contactId }) => !all.has(contactId)).length;
        if (all.size + grows - after.removed.length > contract.CONTACTS_A_PERSON)
          return { reply: fault('CONTACTS_FULL') };
        await forgetUndo(work.db, userId, undoId);
        return { reply: done({}), changes: after };
      });
    },
  };
}

export async function isFull(db: rows.Db, userId: string, more: number): Promise<boolean> {
  return (await rows.countContacts(db, userId)) + more > contract.CONTACTS_A_PERSON;
}

export async function everybody(db: rows.Db, userId: string): Promise<Map<string, contract.Contact>> {
  const all = new Map<string, contract.Contact>();
  for (let after: string | undefined; ; ) {
    const page = await rows.contactsPage(db, userId, after);
    for (const contact of page.contacts) all.set(contact.contactId, contact);
    after = page.next;
    if (after === undefined) return all;
  }
}

/** The answer carries the contact as it is now, so that nobody has to ask again. */
function stale(current: contract.Contact | undefined): ContactFault {
  const { fault: told } = fault('CONTACTS_NOTE_STALE');
  return { ok: false, fault: { ...told, current } };
}
