import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { aggregate, forTeam, nextPresentity, type Publication, publicationsOf } from './aggregate.ts';
import { stateOf } from './availability.ts';
import type { Manual, Said, StateName } from './contract.ts';
import { unknownState } from './view.ts';

const NOW = 100 * 3_600_000;
const MINUTE = 60_000;

function browser(machine: 'active' | 'idle' | 'locked', idleMin = 0): Publication {
  return {
    endpointId: `browser:${machine}${idleMin}`,
    kind: 'browser',
    source: 'browser',
    deviceId: '',
    state: machine === 'locked' ? 'away' : 'available',
    machine,
    inputAt: NOW - idleMin * MINUTE,
    since: NOW - 1000,
  };
}
const registered = (deviceId = 'desk'): Publication => ({
  endpointId: `registration:${deviceId}`,
  kind: 'phone',
  source: 'registration',
  deviceId,
  state: 'available',
  since: NOW - 1000,
});
const published = (state: StateName, deviceId = 'desk'): Publication => ({
  endpointId: `publish:${deviceId}`,
  kind: 'phone',
  source: 'publish',
  deviceId,
  state,
  since: NOW - 1000,
});
const call: Publication = {
  endpointId: 'call:1',
  kind: 'call',
  source: 'publish',
  deviceId: '',
  state: 'busy',
  since: NOW - 500,
};
const presenting: Publication = {
  ...call,
  endpointId: 'conference:1',
  kind: 'conference',
  state: 'doNotDisturb',
  activity: 'presenting',
};
const chosen = (state: Manual['state'], more: Partial<Manual> = {}): Said =>
  said({ manual: { state, setAt: NOW - 10, ...more } });

function said(more: Partial<Said> = {}): Said {
  return {
    userId: 'u',
    manual: null,
    note: '',
    location: '',
    statements: [],
    inactiveAfterMin: 5,
    awayAfterMin: 15,
    lastActive: 0,
    changedAt: NOW - 2000,
    version: 1,
    ...more,
  };
}
const meeting: Said = said({
  calendar: {
    meeting: { start: NOW - 30 * MINUTE, end: NOW + 30 * MINUTE, subject: 'Budget', place: 'Room 1' },
    freeBusy: [{ start: NOW - 30 * MINUTE, end: NOW + 30 * MINUTE, kind: 'busy' }],
  },
});
const absence: Said = said({
  calendar: { outOfOffice: { start: NOW - 30 * MINUTE, end: NOW + 30 * MINUTE }, freeBusy: [] },
});

const cases: [string, Said, Publication[], string][] = [
  ['nobody anywhere is Offline', said(), [], 'offline none'],
  ['a choice without an endpoint is Offline', chosen('busy'), [], 'offline none'],
  ['a call without an endpoint is Offline', said(), [call], 'offline none'],
  ['one browser with somebody at it is Available', said(), [browser('active')], 'available endpoint browser'],
  ['four minutes without input are nothing', said(), [browser('idle', 4)], 'available endpoint browser'],
  ['five minutes without input are Inactive', said(), [browser('idle', 5)], 'inactive endpoint browser'],
  ['fifteen minutes without input are Away', said(), [browser('idle', 15)], 'away endpoint browser'],
  [
    'who is more patient is Inactive later',
    said({ inactiveAfterMin: 20, awayAfterMin: 30 }),
    [browser('idle', 19)],
    'available endpoint browser',
  ],
  ['a locked screen is Away at once', said(), [browser('locked')], 'away endpoint browser'],
  [
    'of two devices one locked: still Available',
    said(),
    [browser('locked'), browser('active')],
    'available endpoint browser',
  ],
  ['a registered phone alone is Available', said(), [registered()], 'available endpoint phone'],
  [
    'what a phone published before it went away counts for nothing',
    said(),
    [{ ...published('available'), source: 'absent' }],
    'offline none',
  ],
  [
    'a phone on the desk does not hide that its owner is away',
    said(),
    [registered(), browser('locked')],
    'away endpoint browser,phone',
  ],
  [
    'being busy anywhere outweighs being available elsewhere',
    said(),
    [browser('active'), published('busy')],
    'busy endpoint browser,phone',
  ],
  [
    'what a phone publishes outweighs its registration',
    said(),
    [registered(), published('away')],
    'away endpoint phone',
  ],
  [
    'a phone that publishes that it is closed is Offline',
    said(),
    [registered(), published('offline')],
    'offline none',
  ],
  [
    '… but only that phone',
    said(),
    [registered('mobile'), registered(), published('offline')],
    'available endpoint phone',
  ],
  [
    'the person’s own choice outweighs every endpoint',
    chosen('doNotDisturb'),
    [browser('active'), call],
    'doNotDisturb manual browser',
  ],
  ['who appears away is away in a call', chosen('away'), [browser('active'), call], 'away manual browser'],
  [
    'a choice that has run out is none',
    chosen('busy', { until: NOW }),
    [browser('active')],
    'available endpoint browser',
  ],
  [
    'Busy without input is Busy and inactive',
    chosen('busy'),
    [browser('idle', 6)],
    'busyInactive manual browser',
  ],
  [
    'who says Available and leaves is Away all the same',
    chosen('available'),
    [browser('idle', 20)],
    'away endpoint browser',
  ],
  [
    'Available outweighs the calendar',
    { ...meeting, manual: { state: 'available', setAt: NOW } },
    [browser('active')],
    'available manual browser',
  ],
  [
    'a call that a phone publishes outweighs a chosen Available',
    chosen('available'),
    [browser('active'), { ...published('busy'), activity: 'inCall' }],
    'busy inCall call browser,phone',
  ],
  [
    '… and a phone that is busy for no reason does not',
    chosen('available'),
    [browser('active'), published('busy')],
    'available manual browser,phone',
  ],
  ['a meeting of the calendar', meeting, [browser('active')], 'busy inMeeting calendar browser'],
  ['a meeting away from the desk', meeting, [browser('idle', 20)], 'busyInactive inMeeting calendar browser'],
  ['a call during the meeting', meeting, [browser('active'), call], 'busy inCall call browser'],
  ['who talks need not type', said(), [browser('idle', 6), call], 'busy inCall call browser'],
  [
    'who presents is not disturbed',
    meeting,
    [browser('active'), call, presenting],
    'doNotDisturb presenting conference browser',
  ],
  [
    'a call outweighs a chosen Busy, and says so',
    chosen('busy'),
    [browser('active'), call],
    'busy inCall call browser',
  ],
  ['out of office and here', absence, [browser('active')], 'available outOfOffice calendar browser'],
  ['out of office and gone', absence, [], 'offline outOfOffice none'],
  ['off work', chosen('away', { activity: 'offWork' }), [browser('active')], 'away offWork manual browser'],
];
for (const [name, what, publications, expected] of cases) {
  test(name, () => {
    const { state, activity = '', reason, devices } = aggregate(what, publications, NOW);
    assert.equal([state, activity, reason, devices.join()].filter((part) => part !== '').join(' '), expected);
  });
}

test('the ranges of availability are those of the specification', () => {
  const borders: [number, StateName][] = [
    [0, 'available'],
    [4499, 'available'],
    [4500, 'inactive'],
    [5999, 'inactive'],
    [6000, 'busy'],
    [7499, 'busy'],
    [7500, 'busyInactive'],
    [8999, 'busyInactive'],
    [9000, 'doNotDisturb'],
    [11_999, 'doNotDisturb'],
    [12_000, 'beRightBack'],
    [14_999, 'beRightBack'],
    [15_000, 'away'],
    [17_999, 'away'],
    [18_000, 'offline'],
  ];
  for (const [number, state] of borders) assert.equal(stateOf(number), state, String(number));
});

test('a state explains itself: since when, until when, and the meeting beside it', () => {
  const { since, until, meeting: shown } = aggregate(meeting, [browser('active')], NOW);
  assert.deepEqual([since, until], [NOW - 30 * MINUTE, NOW + 30 * MINUTE]);
  assert.deepEqual(shown, { subject: 'Budget', place: 'Room 1' });
});

test('Away began when the patience ended, and tells when somebody was last there', () => {
  const { since, lastActive } = aggregate(said(), [browser('idle', 20)], NOW);
  assert.deepEqual([since, lastActive], [NOW - 5 * MINUTE, NOW - 20 * MINUTE]);
  assert.equal(aggregate(said(), [browser('idle', 20), browser('active')], NOW).lastActive, undefined);
});

test('Team is told that urgent interruptions are welcome, all others only that the person is not to be disturbed', () => {
  const held = { userId: 'u', general: unknownState('u'), team: unknownState('u'), version: 0 };
  const { general, team } = nextPresentity(held, chosen('doNotDisturb'), [browser('active')], NOW, 1);
  assert.deepEqual(
    [general.state, general.activity, team.state, team.activity],
    ['doNotDisturb', undefined, 'doNotDisturb', 'urgentInterruptionsOnly'],
  );
  assert.equal(forTeam({ ...general, state: 'busy' }).activity, undefined);
});

test('a state that no watcher could tell from the last is not a new version', () => {
  const first = { userId: 'u', general: unknownState('u'), team: unknownState('u'), version: 0 };
  const held = nextPresentity(first, said(), [browser('active')], NOW, 3);
  assert.equal(nextPresentity(held, said({ version: 2 }), [browser('active')], NOW + 7, 4), held);
});

test('`since` moves with the state and not with the note', () => {
  const first = { userId: 'u', general: unknownState('u'), team: unknownState('u'), version: 0 };
  const held = nextPresentity(first, said(), [browser('locked')], NOW, 3);
  const noted = nextPresentity(held, said({ note: 'at lunch' }), [browser('locked')], NOW + 1, 4);
  assert.deepEqual([noted.general.since, noted.version, noted.general.note], [NOW - 1000, 4, 'at lunch']);
  const gone = nextPresentity(noted, said({ note: 'at lunch' }), [], NOW + 2, 5);
  assert.deepEqual([gone.general.state, gone.general.since], ['offline', NOW + 2]);
});

const anyStatement = fc.record({
  endpointId: fc.string({ minLength: 1, maxLength: 4 }),
  kind: fc.constantFrom('browser', 'phone', 'call', 'conference'),
  source: fc.constantFrom('browser', 'publish', 'registered'),
  deviceId: fc.constantFrom('', 'desk', 'mobile'),
  state: fc.constantFrom('available', 'busy', 'doNotDisturb', 'beRightBack', 'away', 'offline'),
  machine: fc.option(fc.constantFrom('active', 'idle', 'locked'), { nil: undefined }),
  inputAt: fc.integer({ min: NOW - 3_600_000, max: NOW }),
  since: fc.integer({ min: NOW - 3_600_000, max: NOW }),
}) as fc.Arbitrary<Said['statements'][number]>;
const anySaid = fc
  .record({
    statements: fc.array(anyStatement, { maxLength: 6 }),
    with: fc.constantFrom(said(), meeting, absence, chosen('busy'), chosen('available'), chosen('away')),
  })
  .map(({ statements, with: what }) => ({ ...what, statements }));

test('the order in which endpoints speak does not matter', () => {
  fc.assert(
    fc.property(anySaid, fc.integer(), (what, turn) => {
      const publications = publicationsOf(what, []);
      const at = publications.length === 0 ? 0 : Math.abs(turn) % publications.length;
      const turned = [...publications.slice(at), ...publications.slice(0, at)].reverse();
      assert.deepEqual(aggregate(what, turned, NOW), aggregate(what, publications, NOW));
    }),
  );
});

test('nobody is anything but Offline without a live endpoint', () => {
  fc.assert(
    fc.property(anySaid, (what) => {
      const services = publicationsOf(what, []).filter(
        ({ kind }) => kind === 'call' || kind === 'conference',
      );
      assert.equal(aggregate(what, services, NOW).state, 'offline');
    }),
  );
});
