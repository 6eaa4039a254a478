// A list that comes out of a file, line by line: looked up in the directory, judged, and stored in one go that can be undone.
import { done, type Outcome, type ReplyOf, type RequestOf } from '@parley/platform/contract';
import type { User } from '../identity/contract.ts';
import { type Books, everybody } from './book.ts';
import * as contract from './contract.ts';
import {
  changedContact,
  changedGroups,
  cleanNote,
  groupName,
  isSameName,
  newContact,
} from './rules/change.ts';
import { addressIn, type Found, judge } from './rules/import.ts';
import { nothingToUndo } from './rules/inverse.ts';

type Reply = Outcome<ReplyOf<typeof contract.importContacts>>;

export function createImport({
  books,
  newId,
  domain,
  findPerson,
}: {
  readonly books: Pick<Books, 'change'>;
  readonly newId: () => string;
  readonly domain: string;
  readonly findPerson: (address: string) => Promise<Outcome<User | undefined>>;
}): (ask: RequestOf<typeof contract.importContacts>) => Promise<Reply> {
  /** The first address that leads to somebody here, else the first of elsewhere. */
  async function find(entry: contract.ImportEntry): Promise<Outcome<Found>> {
    const addresses = entry.addresses.flatMap((text) => addressIn(text) ?? []);
    const isOwn = (address: string) => address.endsWith(`@${domain}`);
    for (const address of addresses.filter(isOwn)) {
      const found = await findPerson(address);
      if (!found.ok) return found;
      if (found.value === undefined) continue;
      return done({ kind: 'here', userId: found.value.userId, name: found.value.name });
    }
    const elsewhere = addresses.find((address) => !isOwn(address));
    if (elsewhere !== undefined) return done({ kind: 'elsewhere', address: elsewhere });
    return done({ kind: addresses.length > 0 ? 'nobody' : 'noAddress' });
  }

  return async ({ userId, importId, dryRun, entries, taken = 0 }) => {
    const found = new Map<contract.ImportEntry, Found>();
    for (const entry of entries) {
      const one = await find(entry);
      if (!one.ok) return one;
      found.set(entry, one.value);
    }
    return books.change<ReplyOf<typeof contract.importContacts>>(userId, async ({ work, groups: before }) => {
      const all = await everybody(work.db, userId);
      let groups = before;
      const groupOf = (name: string) =>
        groups.find((group) => isSameName(group.name, groupName(name)))?.groupId;
      const judged = judge(entries, {
        userId,
        find: (entry) => found.get(entry) ?? { kind: 'noAddress' },
        contacts: all,
        groupIdsOf: (entry) => entry.groups.map(groupOf),
        room: contract.CONTACTS_A_PERSON - all.size - (dryRun ? taken : 0),
      });
      const lines = judged.map(({ entry, verdict, contactId, name }) => ({
        line: entry.line,
        verdict,
        name,
        ...(contactId === undefined ? {} : { contactId }),
      }));
      const reply = done({ lines });
      if (dryRun) return { reply };

      const contacts: contract.Contact[] = [];
      const joined: { contactId: string; groupIds: string[] }[] = [];
      const groupsMade: string[] = [];
      for (const { entry, verdict, contactId } of judged) {
        if (contactId === undefined || !['new', 'external', 'joins'].includes(verdict)) continue;
        for (const name of entry.groups) {
          if (groupOf(name) !== undefined) continue;
          const groupId = newId();
          const grown = changedGroups(groups, { kind: 'create', groupId, name });
          // Where there are too many groups, the people come without.
          if (typeof grown === 'string') continue;
          groups = grown;
          groupsMade.push(groupId);
        }
        const held = all.get(contactId);
        const addTo = entry.groups.flatMap((name) => groupOf(name) ?? []);
        const missing = addTo.filter((id) => held?.groupIds.includes(id) !== true);
        if (held !== undefined && missing.length > 0) joined.push({ contactId, groupIds: missing });
        const fresh = { ...newContact(contactId), note: cleanNote(entry.note) };
        const change = {
          addTo,
          ...(held === undefined ? { favourite: entry.favourite } : {}),
          ...(verdict === 'external' ? { name: entry.name } : {}),
        };
        const after = changedContact(held ?? fresh, change, groups);
        if (typeof after !== 'string') contacts.push(after);
      }
      if (contacts.length === 0) return { reply };
      const added = contacts.map(({ contactId }) => contactId).filter((id) => !all.has(id));
      const introduced = judged.flatMap(({ verdict, contactId = '' }) =>
        verdict === 'new' ? contactId : [],
      );
      const undo = {
        undoId: importId,
        isImport: true,
        inverse: { ...nothingToUndo, added, joined, groupsMade },
      };
      const changes = { contacts, introduced, undo, ...(groups === before ? {} : { groups }) };
      return { reply, changes };
    });
  };
}
