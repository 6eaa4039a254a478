// What the licences allow a window: the list that its page shows, and whether it may watch others. A session remembers what
// it was told, so that a change of rights is told once and live. Used by socket.ts, snapshot.ts and event-routes.ts.
import type { LicenceGate, LicensedActor } from '../licensing/gate.ts';
import type { PresenceView } from '../presence/view.ts';
import type { BrowserSession } from './browser-session.ts';
import type { FeatureRight } from './contract.ts';

export type WindowGate = Pick<LicenceGate, 'check' | 'look' | 'features'>;

function actorOf({ userId, deviceId, deviceName }: BrowserSession): LicensedActor {
  return { kind: 'internal', userId, deviceId, deviceName };
}

/** The 19 features of table A9 as this person has them on this device. */
function rightsOf(gate: WindowGate, session: BrowserSession): FeatureRight[] {
  return gate.features(actorOf(session)).map(({ feature, allowed, fault, warning }): FeatureRight => {
    const told = fault ?? warning;
    if (told === undefined) return { feature, allowed };
    const { code, sentence, remedy } = told;
    return { feature, allowed, code, sentence, ...(remedy === undefined ? {} : { remedy }) };
  });
}

let lastWritten = '';

/** Nearly all windows have the same rights, and hold one text of them. */
function written(rights: readonly FeatureRight[]): string {
  const text = JSON.stringify(rights);
  if (text !== lastWritten) lastWritten = text;
  return lastWritten;
}

/** For a snapshot, which shows people and how they are: that is a use of presence. */
export function takeRights(gate: WindowGate, session: BrowserSession): FeatureRight[] {
  session.watchesPeople = gate.check('presence', actorOf(session)).allowed;
  const rights = rightsOf(gate, session);
  session.toldRights = written(rights);
  return rights;
}

export interface ChangedRights {
  /** Undefined where the page knows them already. */
  readonly features: FeatureRight[] | undefined;
  /** Whether the page shows of others what it may show now. */
  readonly watching: 'as it was' | 'begins' | 'ends';
}

export function reviewRights(gate: WindowGate, session: BrowserSession): ChangedRights {
  const rights = rightsOf(gate, session);
  const told = written(rights);
  const isKnown = told === session.toldRights;
  session.toldRights = told;
  const watches = gate.look('presence', actorOf(session)).allowed;
  const watching = watches === session.watchesPeople ? 'as it was' : watches ? 'begins' : 'ends';
  // Hidden at once; shown again by the snapshot that follows.
  if (!watches) session.watchesPeople = false;
  return { features: isKnown ? undefined : rights, watching };
}

/** Anybody may know how they are themselves. */
export function maySeePresence(
  { userId, watchesPeople }: Pick<BrowserSession, 'userId' | 'watchesPeople'>,
  presentityId: string,
): boolean {
  return watchesPeople || presentityId === userId;
}

/** For who may not watch others, everybody is somebody of whom nothing is known. */
export const nobody: PresenceView = new Map();
