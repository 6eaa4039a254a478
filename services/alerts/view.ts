// What people want of their alerts, as every process holds it: snapshot and `alerts.person.changed`, folded.
import { view } from '@parley/platform/contract';
import { type AccessView, type PresenceView, presenceOf, reachOf, sightOf } from '../presence/view.ts';
import {
  type AlertPerson,
  type AlertSettings,
  defaultSettings,
  peopleSnapshot,
  personChanged,
} from './contract.ts';
import { isQuietAt } from './rules/quiet-hours.ts';

export type AlertPeople = Map<string, AlertPerson>;

/** Takes the newer of what is held and what is told; an older version changes nothing. */
export function foldPerson(people: AlertPeople, person: AlertPerson): AlertPeople {
  const held = people.get(person.userId);
  if (held === undefined || held.version < person.version) people.set(person.userId, person);
  return people;
}

export function settingsOf(people: AlertPeople, userId: string): AlertSettings {
  return people.get(userId)?.settings ?? defaultSettings;
}

export function isQuiet(people: AlertPeople, userId: string, unixMs: number): boolean {
  const { quiet } = settingsOf(people, userId);
  return quiet !== null && isQuietAt(quiet, unixMs);
}

export interface AlertRules {
  readonly people: AlertPeople;
  readonly presence: PresenceView;
  readonly access: AccessView;
  /** Of this server. */
  readonly domain: string;
}

/** Whether a message of this sender may make itself heard now: not in quiet hours; under Do not disturb only the team's. */
export function mayAlert(
  { people, presence, access, domain }: AlertRules,
  userId: string,
  senderId: string,
  unixMs: number,
): boolean {
  if (isQuiet(people, userId, unixMs)) return false;
  const sight = sightOf(access, userId, { userId: senderId, domain });
  return reachOf(sight, presenceOf(presence, userId).general.state, 'message') === 'reachable';
}

export const alertPeopleView = view({
  event: personChanged,
  snapshot: peopleSnapshot,
  items: (page) => page.people,
  empty: (): AlertPeople => new Map(),
  fold: foldPerson,
});
