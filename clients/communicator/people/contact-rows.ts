// The contact list as rows: favourites, the people one writes to most, the groups in one's own order, who was talked to
// last, and people elsewhere. Pure.
import type { Contact, ContactGroup, PresenceState, User } from '../../kit/contracts.ts';
import type { ById, LiveState } from '../../kit/live/live-state.ts';

export type SortOrder = 'name' | 'availability';
export type SectionKind = 'favourites' | 'frequent' | 'group' | 'others' | 'recent' | 'external';

export interface Section {
  readonly kind: SectionKind;
  /** Of a group its id; of the others their kind with a star. */
  readonly key: string;
  readonly group?: ContactGroup;
  /** In the order of their names; of recent and frequent people in their own. */
  readonly contactIds: readonly string[];
}

export type ContactRow =
  | {
      readonly kind: 'section';
      readonly key: string;
      readonly section: Section;
      readonly open: boolean;
      readonly online: number;
      readonly total: number;
      readonly position: number;
      readonly setSize: number;
    }
  | {
      readonly kind: 'contact';
      readonly key: string;
      readonly section: Section;
      readonly contactId: string;
      readonly position: number;
      readonly setSize: number;
    };

/** Folded until somebody opens them: what is in them stands elsewhere, too. */
const FOLDED_AT_FIRST: ReadonlySet<string> = new Set(['*recent', '*frequent']);

export function isElsewhere(contactId: string): boolean {
  return contactId.includes('@');
}

export function nameOf(contactId: string, contact: Contact | undefined, user: User | undefined): string {
  return user?.name ?? contact?.name ?? (isElsewhere(contactId) ? contactId : '');
}

interface Known extends Pick<LiveState, 'contacts' | 'users'> {
  readonly groups: readonly ContactGroup[];
  readonly recent: readonly string[];
  readonly frequent: readonly string[];
}

/** The sections that have people, and all groups. */
export function sectionsOf(known: Known, locale: string): Section[] {
  const { contacts, users, groups, recent, frequent } = known;
  const collator = new Intl.Collator(locale, { sensitivity: 'base', numeric: true });
  const sorted = Object.values(contacts)
    .map((contact) => ({ contact, name: nameOf(contact.contactId, contact, users[contact.contactId]) }))
    .sort((one, other) => collator.compare(one.name, other.name))
    .map(({ contact }) => contact);
  const idsOf = (fits: (contact: Contact) => boolean) =>
    sorted.filter(fits).map(({ contactId }) => contactId);
  const inGroup = new Map<string, string[]>(groups.map(({ groupId }) => [groupId, []]));
  for (const { contactId, groupIds } of sorted)
    for (const groupId of groupIds) inGroup.get(groupId)?.push(contactId);
  const isLoose = ({ groupIds, favourite }: Contact) => groupIds.length === 0 && !favourite;
  const sections: Section[] = [
    section(
      'favourites',
      idsOf(({ favourite }) => favourite),
    ),
    section('frequent', frequent),
    ...groups.map(
      (group): Section => ({
        kind: 'group',
        key: group.groupId,
        group,
        contactIds: inGroup.get(group.groupId) ?? [],
      }),
    ),
    section(
      'others',
      idsOf((contact) => isLoose(contact) && !isElsewhere(contact.contactId)),
    ),
    section('recent', recent),
    section(
      'external',
      idsOf((contact) => isLoose(contact) && isElsewhere(contact.contactId)),
    ),
  ];
  return sections.filter(({ kind, contactIds }) => kind === 'group' || contactIds.length > 0);
}

function section(kind: SectionKind, contactIds: readonly string[]): Section {
  return { kind, key: `*${kind}`, contactIds };
}

export function isOpen(key: string, toggled: ReadonlySet<string>): boolean {
  return FOLDED_AT_FIRST.has(key) === toggled.has(key);
}

/** @param toggled sections that are not as they are at first. */
export function contactRows(
  sections: readonly Section[],
  presence: ById<PresenceState>,
  toggled: ReadonlySet<string>,
  order: SortOrder,
): ContactRow[] {
  return sections.flatMap((one, index) => {
    const { key, kind, contactIds } = one;
    const open = isOpen(key, toggled);
    const header: ContactRow = {
      kind: 'section',
      key,
      section: one,
      open,
      online: contactIds.filter((id) => !isAway(presence[id])).length,
      total: contactIds.length,
      position: index + 1,
      setSize: sections.length,
    };
    if (!open) return [header];
    const hasOwnOrder = kind === 'recent' || kind === 'frequent';
    const shown =
      order === 'name' || hasOwnOrder
        ? contactIds
        : contactIds.toSorted((a, b) => rankOf(presence[a]) - rankOf(presence[b]));
    return [
      header,
      ...shown.map(
        (contactId, at): ContactRow => ({
          kind: 'contact',
          key: `${key} ${contactId}`,
          section: one,
          contactId,
          position: at + 1,
          setSize: shown.length,
        }),
      ),
    ];
  });
}

function isAway(presence: PresenceState | undefined): boolean {
  return presence === undefined || presence.state === 'offline';
}

/** Who can be reached soonest comes first. */
const RANKS: Readonly<Record<PresenceState['state'], number>> = {
  available: 0,
  inactive: 1,
  busy: 2,
  busyInactive: 3,
  beRightBack: 4,
  doNotDisturb: 5,
  away: 6,
  offline: 7,
};

function rankOf(presence: PresenceState | undefined): number {
  return presence === undefined ? 8 : RANKS[presence.state];
}
