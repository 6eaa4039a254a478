// The contact list as rows: favourites, then the groups by name, people by name inside each. Pure.
import type { Contact, User } from '../../kit/contracts.ts';
import type { ById, LiveState } from '../../kit/live/live-state.ts';

export type ContactRow =
  | {
      readonly kind: 'group';
      readonly key: string;
      /** Empty for the people without a group. */
      readonly group: string;
      readonly favourites: boolean;
      readonly open: boolean;
      readonly online: number;
      readonly total: number;
      readonly position: number;
    }
  | {
      readonly kind: 'contact';
      readonly key: string;
      readonly contact: Contact;
      readonly position: number;
      readonly setSize: number;
    };

export const FAVOURITES = '*';
const NOT_REACHABLE = new Set(['offline', undefined]);

export function contactRows(
  { contacts, users, presence }: Pick<LiveState, 'contacts' | 'users' | 'presence'>,
  closed: ReadonlySet<string>,
  locale: string,
): ContactRow[] {
  const collator = new Intl.Collator(locale, { sensitivity: 'base', numeric: true });
  const groups = new Map<string, Contact[]>();
  for (const contact of Object.values(contacts)) {
    const key = contact.favourite ? FAVOURITES : contact.group;
    groups.set(key, [...(groups.get(key) ?? []), contact]);
  }
  const keys = [...groups.keys()].sort((a, b) => rank(a) - rank(b) || collator.compare(a, b));
  return keys.flatMap((key, index) => {
    const members = sortByName(groups.get(key) ?? [], users, collator);
    const open = !closed.has(key);
    const header: ContactRow = {
      kind: 'group',
      key: `group ${key}`,
      group: key === FAVOURITES ? '' : key,
      favourites: key === FAVOURITES,
      open,
      online: members.filter(({ userId }) => !NOT_REACHABLE.has(presence[userId]?.state)).length,
      total: members.length,
      position: index + 1,
    };
    if (!open) return [header];
    return [
      header,
      ...members.map(
        (contact, at): ContactRow => ({
          kind: 'contact',
          key: contact.userId,
          contact,
          position: at + 1,
          setSize: members.length,
        }),
      ),
    ];
  });
}

export function groupKey(row: Extract<ContactRow, { kind: 'group' }>): string {
  return row.favourites ? FAVOURITES : row.group;
}

export function groupNames(contacts: ById<Contact>): string[] {
  return [...new Set(Object.values(contacts).map(({ group }) => group))]
    .filter((group) => group !== '')
    .sort();
}

/** Favourites first, people without a group last. */
function rank(key: string): number {
  return key === FAVOURITES ? 0 : key === '' ? 2 : 1;
}

function sortByName(members: readonly Contact[], users: ById<User>, collator: Intl.Collator): Contact[] {
  const nameOf = ({ userId }: Contact) => users[userId]?.name ?? '';
  return [...members].sort((a, b) => collator.compare(nameOf(a), nameOf(b)));
}
