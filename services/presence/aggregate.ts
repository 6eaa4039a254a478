// How one state comes out of many endpoints and the person's own choice. Pure; the clock is an argument.
import type { Binding } from '../registrar/contract.ts';
import type { PresenceState, Said, StateName } from './contract.ts';

/** What one endpoint says. A registration says only that a phone can be reached. */
export interface Publication {
  readonly endpointId: string;
  readonly kind: 'browser' | 'phone';
  /** `absent`: published by a phone that was registered then and is not now; it counts again when the phone is back. */
  readonly source: 'browser' | 'registration' | 'publish' | 'absent';
  /** The phone, where it is known: what it publishes outweighs its registration. */
  readonly deviceId: string;
  readonly state: StateName;
  readonly expiresAt: number;
}

/** What counts now: what endpoints said, and the phones that are registered, which say nothing in rows of their own. */
export function publicationsOf(said: Said | undefined, bindings: readonly Binding[]): Publication[] {
  const devices = new Set(bindings.map(({ deviceId }) => deviceId));
  // Who holds the bindings and the statements tells when one has run out, and every node hears of it alike.
  const expiresAt = Number.POSITIVE_INFINITY;
  const registrations = bindings.map(
    (binding): Publication => ({
      endpointId: `registration:${binding.bindingId}`,
      kind: 'phone',
      source: 'registration',
      deviceId: binding.deviceId,
      state: 'available',
      expiresAt,
    }),
  );
  const statements = (said?.statements ?? []).map((statement): Publication => {
    const { source } = statement;
    if (source !== 'registered') return { ...statement, source, expiresAt };
    return { ...statement, source: devices.has(statement.deviceId) ? 'publish' : 'absent', expiresAt };
  });
  return [...registrations, ...statements];
}

export type Aggregate = Pick<PresenceState, 'state' | 'reason' | 'devices'>;

/** Statements about the person come first, then the endpoint where the person is most likely to be. */
const PRECEDENCE: readonly StateName[] = [
  'doNotDisturb',
  'busy',
  'available',
  'beRightBack',
  'away',
  'offline',
];

export function aggregate(
  manual: StateName | null,
  publications: readonly Publication[],
  now: number,
): Aggregate {
  const live = publications.filter(({ expiresAt, source }) => expiresAt > now && source !== 'absent');
  const online = withoutOutweighed(live).filter((publication) => publication.state !== 'offline');
  if (online.length === 0) return { state: 'offline', reason: 'none', devices: [] };
  const devices = [...new Set(online.map((publication) => publication.kind))].sort();
  if (manual !== null) return { state: manual, reason: 'manual', devices };
  // A phone on the desk is reachable all night: it tells of the person only when nothing better does.
  const telling = online.filter((publication) => publication.source !== 'registration');
  const voices = telling.length > 0 ? telling : online;
  const state = PRECEDENCE.find((name) => voices.some((voice) => voice.state === name)) ?? 'offline';
  return { state, reason: 'endpoint', devices };
}

function withoutOutweighed(publications: readonly Publication[]): readonly Publication[] {
  const publishing = new Set(
    publications
      .filter((publication) => publication.source === 'publish')
      .map((publication) => publication.deviceId),
  );
  return publications.filter(
    (publication) => publication.source !== 'registration' || !publishing.has(publication.deviceId),
  );
}

/** The watcher's view after an aggregation; the same object where nothing that he sees has changed. */
export function nextState(
  held: PresenceState,
  found: Aggregate,
  note: string,
  now: number,
  version = held.version + 1,
): PresenceState {
  const same =
    held.state === found.state &&
    held.reason === found.reason &&
    held.note === note &&
    held.devices.join() === found.devices.join();
  if (same) return held;
  const since = held.state === found.state ? held.since : now;
  return { userId: held.userId, ...found, note, since, version };
}
