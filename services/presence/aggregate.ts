// How one state comes out of many endpoints, the calendar and the person's own choice, for most watchers and for the level
// Team. Pure; the clock is an argument, and the order of what was said does not matter.
import type { Binding } from '../registrar/contract.ts';
import { AVAILABILITY, INACTIVE_STEP, stateOf } from './availability.ts';
import type { Activity, Capability, Manual, PresenceState, Presentity, Said, Statement } from './contract.ts';
import { patienceOf, type Sign, signOf } from './machine.ts';

/** What one endpoint says. A registration says only that a phone can be reached. */
export interface Publication extends Omit<Statement, 'source'> {
  /** `absent`: published by a phone that was registered then and is not now; it counts again when the phone is back. */
  readonly source: 'browser' | 'registration' | 'publish' | 'absent';
}

/** What counts now: what endpoints said, and the phones that are registered, which say nothing in rows of their own. */
export function publicationsOf(said: Said | undefined, bindings: readonly Binding[]): Publication[] {
  const devices = new Set(bindings.map(({ deviceId }) => deviceId));
  const registrations = bindings.map(
    (binding): Publication => ({
      endpointId: `registration:${binding.bindingId}`,
      kind: 'phone',
      source: 'registration',
      deviceId: binding.deviceId,
      state: 'available',
      since: binding.registeredAt,
    }),
  );
  const statements = (said?.statements ?? []).map((statement): Publication => {
    const { source } = statement;
    if (source !== 'registered') return { ...statement, source };
    return { ...statement, source: devices.has(statement.deviceId) ? 'publish' : 'absent' };
  });
  return [...registrations, ...statements];
}

/** What watchers of the general aggregate see, but for what the person wrote and the version. */
export type Aggregate = Omit<PresenceState, 'userId' | 'note' | 'version' | 'location' | 'workingHours'>;

/** A reason to be something else than the machines say. */
interface Claim extends Sign {
  readonly reason: PresenceState['reason'];
  readonly activity?: Activity | undefined;
  readonly activityText?: string | undefined;
  readonly until?: number | undefined;
  /** Among claims of one state, what tells more of the person comes first. */
  readonly rank: number;
}

const RANKS: readonly PresenceState['reason'][] = ['conference', 'call', 'manual', 'endpoint', 'calendar'];

export function aggregate(
  said: Said | undefined,
  publications: readonly Publication[],
  at: number,
): Aggregate {
  const counting = publications.filter(({ source }) => source !== 'absent');
  const online = withoutOutweighed(counting).filter(
    ({ kind, state }) => isEndpoint(kind) && state !== 'offline',
  );
  const calendar = calendarOf(said, at);
  if (online.length === 0) return offline(said, calendar);

  const manual = manualOf(said?.manual ?? null, at);
  // A phone on the desk is reachable all night: it tells of the person only when nothing better does.
  const telling = online.filter(({ source }) => source !== 'registration');
  const voices = telling.length > 0 ? telling : online;
  const patience = patienceOf(said);
  const machine = voices
    .map((voice) => signOf(voice, at, patience))
    .reduce((best, sign) => (precedes(sign, best) ? sign : best));
  const claim = claims(counting, online, manual, calendar).reduce<Claim | undefined>(
    (best, other) => (best === undefined || outranks(other, best) ? other : best),
    undefined,
  );
  const shown = claim === undefined ? ofMachine(machine, manual, calendar) : ofClaim(claim, machine);
  const isActive = machine.availability < AVAILABILITY.inactive;
  const lastActive = lastActiveOf(said, online);
  return {
    ...shown,
    ...(isActive || lastActive === 0 ? {} : { lastActive }),
    devices: [...new Set(online.map(({ kind }) => (kind === 'phone' ? 'phone' : 'browser')))].sort(),
    capabilities: capabilitiesOf(online),
    ...calendar.shown,
  };
}

/** Both aggregates of a person, after those that were told; the same object where no watcher could tell the difference. */
export function nextPresentity(
  held: Presentity,
  said: Said | undefined,
  publications: readonly Publication[],
  at: number,
  version: number,
): Presentity {
  const { userId } = held;
  const found = aggregate(said, publications, at);
  const own = {
    ...(said?.location ? { location: said.location } : {}),
    ...(said?.workingHours === undefined ? {} : { workingHours: said.workingHours }),
  };
  const before = held.general;
  const goesOn =
    held.version > 0 &&
    before.state === found.state &&
    before.activity === found.activity &&
    before.reason === found.reason;
  // That the last endpoint is gone is told by nothing but its absence.
  const isLeaving = held.version > 0 && found.state === 'offline';
  const since = goesOn ? before.since : isLeaving ? at : found.since;
  const general: PresenceState = { userId, ...found, ...own, since, note: said?.note ?? '', version };
  if (held.version > 0 && isSame(before, general)) return held;
  return { userId, general, team: forTeam(general), version };
}

/** The level Team may interrupt Do Not Disturb, and is told so. */
export function forTeam(general: PresenceState): PresenceState {
  return general.state === 'doNotDisturb' ? { ...general, activity: 'urgentInterruptionsOnly' } : general;
}

/** Whatever the version: whether a watcher could tell the difference. */
function isSame(a: PresenceState, b: PresenceState): boolean {
  const keys = [...Object.keys(a), ...Object.keys(b)] as (keyof PresenceState)[];
  return keys.every(
    (key) => key === 'version' || a[key] === b[key] || JSON.stringify(a[key]) === JSON.stringify(b[key]),
  );
}

function isEndpoint(kind: Publication['kind']): boolean {
  return kind === 'browser' || kind === 'phone';
}

function precedes(a: Sign, b: Sign): boolean {
  return a.availability === b.availability ? a.since < b.since : a.availability < b.availability;
}

function outranks(a: Claim, b: Claim): boolean {
  if (a.availability !== b.availability) return a.availability > b.availability;
  if (a.rank !== b.rank) return a.rank < b.rank;
  return a.since === b.since ? (a.activity ?? '') < (b.activity ?? '') : a.since < b.since;
}

function manualOf(manual: Manual | null, at: number): Manual | null {
  return manual?.until !== undefined && manual.until <= at ? null : manual;
}

interface Calendar {
  readonly meeting?: NonNullable<Said['calendar']>['meeting'];
  readonly outOfOffice?: NonNullable<Said['calendar']>['outOfOffice'];
  readonly shown: Pick<PresenceState, 'meeting' | 'freeBusy'>;
}

function calendarOf(said: Said | undefined, at: number): Calendar {
  if (said?.calendar === undefined) return { shown: {} };
  const { freeBusy } = said.calendar;
  const isOn = ({ start, end }: { start: number; end: number }) => start <= at && at < end;
  const meeting = said.calendar.meeting !== undefined && isOn(said.calendar.meeting) && said.calendar.meeting;
  const absence =
    said.calendar.outOfOffice !== undefined && isOn(said.calendar.outOfOffice) && said.calendar.outOfOffice;
  const isNamed = meeting && (meeting.subject !== '' || meeting.place !== '');
  return {
    ...(meeting ? { meeting } : {}),
    ...(absence ? { outOfOffice: absence } : {}),
    shown: {
      ...(isNamed ? { meeting: { subject: meeting.subject, place: meeting.place } } : {}),
      freeBusy,
    },
  };
}

function offline(said: Said | undefined, { outOfOffice, shown }: Calendar): Aggregate {
  const lastActive = said?.lastActive ?? 0;
  return {
    state: 'offline',
    ...(outOfOffice === undefined ? {} : { activity: 'outOfOffice', until: outOfOffice.end }),
    reason: 'none',
    since: said?.changedAt ?? 0,
    ...(lastActive === 0 ? {} : { lastActive }),
    devices: [],
    ...shown,
  };
}

/** Calls and conferences outweigh a choice of Available or Busy; Available outweighs the calendar; other choices all. */
function claims(
  counting: readonly Publication[],
  online: readonly Publication[],
  manual: Manual | null,
  { meeting }: Calendar,
): Claim[] {
  const chosen = manual === null ? [] : [claimOf(manual)];
  if (manual !== null && manual.state !== 'available' && manual.state !== 'busy') return chosen;
  const made: Claim[] = counting.filter(({ kind }) => !isEndpoint(kind)).map(serviceClaim);
  const isFree = manual?.state === 'available';
  for (const { state, activity, since } of online) {
    if (state !== 'busy' && state !== 'doNotDisturb' && state !== 'busyInactive') continue;
    const reason = reasonOf(activity);
    // A phone that publishes its call tells of a call as the service of calls does.
    if (isFree && reason === 'endpoint') continue;
    made.push(ranked({ availability: AVAILABILITY[state], reason, activity, since }));
  }
  if (meeting !== undefined && !isFree)
    made.push(
      ranked({
        availability: AVAILABILITY.busy,
        reason: 'calendar',
        activity: 'inMeeting',
        since: meeting.start,
        until: meeting.end,
      }),
    );
  return isFree ? made : [...chosen, ...made];
}

function ranked(claim: Omit<Claim, 'rank'>): Claim {
  return { ...claim, rank: RANKS.indexOf(claim.reason) };
}

function claimOf({ state, activity, activityText, setAt, until }: Manual): Claim {
  return ranked({
    availability: AVAILABILITY[state],
    reason: 'manual',
    activity,
    activityText,
    since: setAt,
    until,
  });
}

function serviceClaim({ kind, state, activity, since }: Publication): Claim {
  const isCall = kind === 'call';
  return ranked({
    availability: AVAILABILITY[state],
    reason: isCall ? 'call' : 'conference',
    activity: activity ?? (isCall ? 'inCall' : 'inConference'),
    since,
  });
}

function reasonOf(activity: Activity | undefined): PresenceState['reason'] {
  return activity === 'inCall' ? 'call' : activity === 'inConference' ? 'conference' : 'endpoint';
}

type Shown = Pick<PresenceState, 'state' | 'activity' | 'activityText' | 'reason' | 'since' | 'until'>;

/** Who talks need not touch a key; who is busy otherwise, and does not for long, is Busy and inactive. */
function ofClaim(
  { availability, reason, activity, activityText, since, until }: Claim,
  machine: Sign,
): Shown {
  const mayIdle = availability === AVAILABILITY.busy && (reason === 'manual' || reason === 'calendar');
  const isIdle = mayIdle && machine.availability >= AVAILABILITY.inactive;
  return {
    state: stateOf(availability + (isIdle ? INACTIVE_STEP : 0)),
    ...(activity === undefined ? {} : { activity }),
    ...(activityText === undefined ? {} : { activityText }),
    reason,
    since,
    ...(until === undefined ? {} : { until }),
  };
}

function ofMachine({ availability, since }: Sign, manual: Manual | null, { outOfOffice }: Calendar): Shown {
  const state = stateOf(availability);
  const isChosen = manual !== null && state === 'available';
  const chosen = {
    ...(manual?.activity === undefined ? {} : { activity: manual.activity }),
    ...(manual?.activityText === undefined ? {} : { activityText: manual.activityText }),
  };
  if (isChosen) {
    const until = manual.until === undefined ? {} : { until: manual.until };
    return { state, ...chosen, reason: 'manual', since: manual.setAt, ...until };
  }
  if (outOfOffice !== undefined && manual === null) {
    const { start, end } = outOfOffice;
    return { state, activity: 'outOfOffice', reason: 'calendar', since: start, until: end };
  }
  return { state, ...chosen, reason: 'endpoint', since };
}

function lastActiveOf(said: Said | undefined, online: readonly Publication[]): number {
  return Math.max(
    said?.lastActive ?? 0,
    ...online.map(({ machine, inputAt }) => (machine ? (inputAt ?? 0) : 0)),
  );
}

const CAPABILITIES: readonly Capability[] = ['message', 'audio', 'video'];

function capabilitiesOf(online: readonly Publication[]): Capability[] {
  const can = new Set<Capability>(['message']);
  if (online.some(({ kind }) => kind === 'phone')) can.add('audio');
  return CAPABILITIES.filter((capability) => can.has(capability));
}

function withoutOutweighed(publications: readonly Publication[]): readonly Publication[] {
  const publishing = new Set(
    publications.filter(({ source }) => source === 'publish').map(({ deviceId }) => deviceId),
  );
  return publications.filter(
    ({ source, deviceId }) => source !== 'registration' || !publishing.has(deviceId),
  );
}
