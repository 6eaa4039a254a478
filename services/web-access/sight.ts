// What one window may see of people: the directory, their presence and their cards, cut to its person's level of access
// before anything leaves the server. Used by snapshot.ts, dispatch.ts and event-routes.ts.
import type { User } from '../identity/contract.ts';
import type { Directory } from '../identity/view.ts';
import type { Card, PresenceState } from '../presence/contract.ts';
import {
  type AccessView,
  type CardView,
  isBlank,
  type PresenceView,
  presenceOf,
  project,
  projectCard,
  projectPerson,
  type Sight,
  sightOf,
} from '../presence/view.ts';
import type { BrowserSession } from './browser-session.ts';
import { maySeePresence, nobody } from './licence.ts';

/** The views of this process, as they are now. */
export interface People {
  readonly directory: Directory;
  readonly presence: PresenceView;
  readonly access: AccessView;
  readonly cards: CardView;
  /** Of this server. */
  readonly domain: string;
}

export type Viewer = Pick<BrowserSession, 'userId' | 'watchesPeople'>;

export interface Shown {
  readonly user: User | undefined;
  readonly presence: PresenceState;
  /** Undefined where nothing stands on it that is for this viewer. */
  readonly card: Card | undefined;
}

export function sightOfViewer(
  people: People,
  { userId }: Pick<Viewer, 'userId'>,
  presentityId: string,
): Sight {
  return sightOf(people.access, presentityId, { userId, domain: people.domain });
}

export function presenceShownTo(people: People, viewer: Viewer, presentityId: string): PresenceState {
  const states = presenceOf(maySeePresence(viewer, presentityId) ? people.presence : nobody, presentityId);
  return project(states, sightOfViewer(people, viewer, presentityId));
}

/** All of a person that a viewer may see. */
export function shownTo(people: People, viewer: Viewer, presentityId: string): Shown {
  return {
    ...seenAt(people, presentityId, sightOfViewer(people, viewer, presentityId)),
    presence: presenceShownTo(people, viewer, presentityId),
  };
}

/** All that shows of a person at a level, licences aside. */
export function seenAt(people: People, presentityId: string, sight: Sight): Shown {
  const user = people.directory.users.get(presentityId);
  const held = people.cards.get(presentityId);
  const card = held === undefined ? undefined : projectCard(held, sight);
  return {
    user: user === undefined ? undefined : projectPerson(user, sight),
    presence: project(presenceOf(people.presence, presentityId), sight),
    // One's own tells its version, which the next change names.
    card: card === undefined || (sight !== 'self' && isBlank(card)) ? undefined : card,
  };
}
