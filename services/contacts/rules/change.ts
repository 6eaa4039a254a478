// One contact after a change, and groups after one. Pure.
import { cleanLine, cutText } from '@parley/protocol/text';
import type { Contact, ContactChange, ContactGroup, GroupChange } from '../contract.ts';

export const GROUPS_A_PERSON = 100;

const LONGEST_NOTE = 500;
const LONGEST_NAME = 200;
const LONGEST_GROUP_NAME = 100;

export function groupName(text: string): string {
  return cleanLine(text, LONGEST_GROUP_NAME);
}

/** A note keeps its lines. */
export function cleanNote(text: string): string {
  const lines = text.split(/\r\n|\r|\n/).map((line) => cleanLine(line, LONGEST_NOTE));
  return cutText(lines.join('\n').trim(), LONGEST_NOTE);
}

export function newContact(contactId: string): Contact {
  return { contactId, groupIds: [], favourite: false, note: '', noteVersion: 0 };
}

/** @returns `CONTACTS_NOTE_STALE` where the note is another than the one that was looked at. */
export function changedContact(
  held: Contact,
  change: ContactChange,
  groups: readonly ContactGroup[],
): Contact | 'CONTACTS_NOTE_STALE' {
  const { favourite = held.favourite, addTo = [], removeFrom = [], note, waiting } = change;
  if (note !== undefined && note.version !== held.noteVersion) return 'CONTACTS_NOTE_STALE';
  const groupIds = [...new Set([...held.groupIds.filter((id) => !removeFrom.includes(id)), ...addTo])];
  const { waiting: before, name: nameBefore, ...kept } = held;
  const next = waiting === undefined ? before : (waiting ?? undefined);
  const name = change.name === undefined ? nameBefore : cleanLine(change.name, LONGEST_NAME);
  return {
    ...kept,
    favourite,
    groupIds: groups.map(({ groupId }) => groupId).filter((id) => groupIds.includes(id)),
    ...(note === undefined ? {} : { note: cleanNote(note.text), noteVersion: held.noteVersion + 1 }),
    ...(next === undefined ? {} : { waiting: next }),
    ...(name === undefined || name === '' ? {} : { name }),
  };
}

export type GroupProblem =
  | 'CONTACTS_GROUP_EXISTS'
  | 'CONTACTS_NO_SUCH_GROUP'
  | 'CONTACTS_TOO_MANY_GROUPS'
  | 'CONTACTS_BAD_GROUP_NAME';

/** The groups in their order after a change; a problem where it cannot be made. */
export function changedGroups(
  groups: readonly ContactGroup[],
  change: GroupChange,
): readonly ContactGroup[] | GroupProblem {
  if (change.kind === 'order') {
    const named = change.groupIds.flatMap((id) => groups.find(({ groupId }) => groupId === id) ?? []);
    return [...new Set([...named, ...groups])];
  }
  const { kind, groupId } = change;
  const others = groups.filter((group) => group.groupId !== groupId);
  const isThere = others.length < groups.length;
  if (kind === 'delete') return others;
  const name = groupName(change.name);
  if (name === '') return 'CONTACTS_BAD_GROUP_NAME';
  if (others.some((group) => isSameName(group.name, name))) return 'CONTACTS_GROUP_EXISTS';
  if (kind === 'rename') {
    if (!isThere) return 'CONTACTS_NO_SUCH_GROUP';
    return groups.map((group) => (group.groupId === groupId ? { groupId, name } : group));
  }
  if (isThere) return groups;
  if (groups.length >= GROUPS_A_PERSON) return 'CONTACTS_TOO_MANY_GROUPS';
  return [...groups, { groupId, name }];
}

export function isSameName(one: string, other: string): boolean {
  return one.localeCompare(other, undefined, { sensitivity: 'accent' }) === 0;
}
