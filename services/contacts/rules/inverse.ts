// What takes back a removal or an import. It is applied to the list as it is by then: what was changed otherwise in the
// meantime stays. Pure.
import type { Contact, ContactGroup } from '../contract.ts';

/** Somebody who came into groups, or left them. */
export interface Membership {
  readonly contactId: string;
  readonly groupIds: readonly string[];
}

export interface Inverse {
  /** Came into the list. */
  readonly added: readonly string[];
  readonly joined: readonly Membership[];
  readonly groupsMade: readonly string[];
  /** Left the list, as they were. */
  readonly removed: readonly Contact[];
  readonly left: readonly Membership[];
  readonly groupsRemoved: readonly (ContactGroup & { readonly place: number })[];
}

export const nothingToUndo: Inverse = {
  added: [],
  joined: [],
  groupsMade: [],
  removed: [],
  left: [],
  groupsRemoved: [],
};

/** The parts of one import, together. */
export function withBoth(one: Inverse, other: Inverse): Inverse {
  return {
    added: [...one.added, ...other.added],
    joined: [...one.joined, ...other.joined],
    groupsMade: [...one.groupsMade, ...other.groupsMade],
    removed: [...one.removed, ...other.removed],
    left: [...one.left, ...other.left],
    groupsRemoved: [...one.groupsRemoved, ...other.groupsRemoved],
  };
}

export interface Undone {
  /** Everybody who is to be written anew. */
  readonly contacts: readonly Contact[];
  readonly removed: readonly string[];
  readonly groups: readonly ContactGroup[];
}

/** @param all of the list as it is now. */
export function undone(
  inverse: Inverse,
  all: ReadonlyMap<string, Contact>,
  groups: readonly ContactGroup[],
): Undone {
  const contacts = new Map(all);
  for (const contactId of inverse.added) contacts.delete(contactId);
  for (const { contactId, groupIds } of inverse.joined) {
    const held = contacts.get(contactId);
    if (held !== undefined)
      contacts.set(contactId, { ...held, groupIds: held.groupIds.filter((id) => !groupIds.includes(id)) });
  }
  const used = new Set([...contacts.values()].flatMap(({ groupIds }) => groupIds));
  const next = groups.filter(({ groupId }) => !inverse.groupsMade.includes(groupId) || used.has(groupId));
  for (const { place, ...group } of inverse.groupsRemoved)
    if (!next.some(({ groupId }) => groupId === group.groupId)) next.splice(place, 0, group);
  const known = new Set(next.map(({ groupId }) => groupId));
  for (const contact of inverse.removed)
    contacts.set(contact.contactId, contacts.get(contact.contactId) ?? contact);
  const back = inverse.removed.map(({ contactId, groupIds }) => ({ contactId, groupIds }));
  for (const { contactId, groupIds } of [...back, ...inverse.left]) {
    const held = contacts.get(contactId);
    if (held === undefined) continue;
    const wanted = [...new Set([...held.groupIds, ...groupIds])].filter((id) => known.has(id));
    contacts.set(contactId, { ...held, groupIds: wanted });
  }
  return {
    contacts: [...contacts.values()].filter((contact) => isOther(contact, all.get(contact.contactId))),
    removed: [...all.keys()].filter((contactId) => !contacts.has(contactId)),
    groups: next,
  };
}

function isOther(contact: Contact, before: Contact | undefined): boolean {
  return before === undefined || before.groupIds.join(' ') !== contact.groupIds.join(' ');
}
