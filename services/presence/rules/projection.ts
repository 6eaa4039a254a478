// What a watcher sees of a person, field by field: the table of docs/levels.md. The server cuts everything by it before it
// leaves; the settings page shows the same table. A field that is not in the table leaves for nobody.
import type { Card, Level, PresenceState } from '../contract.ts';
import { LEVELS, type Sight } from './levels.ts';

/** How a person is: for their team, and for everybody else. The two differ where only the team may interrupt. */
export interface TwoStates {
  readonly general: PresenceState;
  readonly team: PresenceState;
}

/** What the directory says of a person that not everybody sees. */
export interface DirectoryFields {
  readonly title: string;
  readonly department: string;
  readonly office: string;
  readonly phone: string;
  readonly administrator: boolean;
}

type Levels = readonly Level[];

const EVERYBODY: Levels = LEVELS;
const PUBLIC: Levels = from('public');
const COMPANY: Levels = from('company');
const TEAM: Levels = from('team');
const PERSONAL: Levels = from('personal');
/** What a meeting is about concerns those who work on it, and not one's friends. */
const TEAM_ALONE: Levels = ['team'];
const NOBODY: Levels = [];

function from(level: Level): Levels {
  return LEVELS.slice(LEVELS.indexOf(level));
}

export const PRESENCE_SEEN: Readonly<Record<keyof PresenceState, Levels>> = {
  userId: EVERYBODY,
  version: PUBLIC,
  state: PUBLIC,
  activity: PUBLIC,
  activityText: PUBLIC,
  // Why and since when tells of the person's hours and devices.
  reason: COMPANY,
  since: COMPANY,
  until: COMPANY,
  note: COMPANY,
  lastActive: COMPANY,
  devices: COMPANY,
  capabilities: COMPANY,
  freeBusy: COMPANY,
  workingHours: COMPANY,
  location: TEAM,
  meeting: TEAM_ALONE,
};

export const DIRECTORY_SEEN: Readonly<Record<keyof DirectoryFields, Levels>> = {
  title: PUBLIC,
  department: PUBLIC,
  office: COMPANY,
  phone: COMPANY,
  administrator: NOBODY,
};

export const CARD_SEEN: Readonly<Record<keyof Card, Levels>> = {
  userId: EVERYBODY,
  version: NOBODY,
  company: PUBLIC,
  workAddress: COMPANY,
  site: COMPANY,
  mobile: TEAM,
  home: PERSONAL,
  other: PERSONAL,
};

/** As somebody of whom nothing is known. */
export function unknownState(userId: string): PresenceState {
  return { userId, state: 'offline', note: '', since: 0, reason: 'none', devices: [], version: 0 };
}

export function project({ general, team }: TwoStates, sight: Sight): PresenceState {
  if (sight === 'self') return general;
  const state = sight === 'team' ? team : general;
  const seen = Object.entries(state).filter(([field]) => isSeen(PRESENCE_SEEN, field, sight));
  return { ...unknownState(state.userId), ...(Object.fromEntries(seen) as Partial<PresenceState>) };
}

/** The person as the directory has them, with the fields emptied that are not for this watcher. */
export function projectPerson<Person extends DirectoryFields>(person: Person, sight: Sight): Person {
  if (sight === 'self') return person;
  const isFor = (field: keyof DirectoryFields) => DIRECTORY_SEEN[field].includes(sight);
  return {
    ...person,
    title: isFor('title') ? person.title : '',
    department: isFor('department') ? person.department : '',
    office: isFor('office') ? person.office : '',
    phone: isFor('phone') ? person.phone : '',
    administrator: false,
  };
}

export function projectCard(card: Card, sight: Sight): Card {
  if (sight === 'self') return card;
  const seen = Object.entries(card).filter(([field]) => isSeen(CARD_SEEN, field, sight));
  return { ...emptyCard(card.userId), ...(Object.fromEntries(seen) as Partial<Card>) };
}

export function emptyCard(userId: string): Card {
  const fields = { company: '', workAddress: '', site: '', mobile: '', home: '', other: '' };
  return { userId, ...fields, version: 0 };
}

/** Whether anything stands on it. */
export function isBlank({ userId: _, version: __, ...fields }: Card): boolean {
  return Object.values(fields).every((text) => text === '');
}

function isSeen(table: Readonly<Record<string, Levels>>, field: string, level: Level): boolean {
  return Object.hasOwn(table, field) && table[field]!.includes(level);
}
