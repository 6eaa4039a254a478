import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aggregate, nextState, type Publication } from './aggregate.ts';
import type { PresenceState, StateName } from './contract.ts';

const NOW = 10_000;
function browser(state: StateName, expiresAt = NOW + 1): Publication {
  return {
    endpointId: `browser:${state}`,
    kind: 'browser',
    source: 'browser',
    deviceId: '',
    state,
    expiresAt,
  };
}
function registered(deviceId = 'desk'): Publication {
  return {
    endpointId: `registration:${deviceId}`,
    kind: 'phone',
    source: 'registration',
    deviceId,
    state: 'available',
    expiresAt: NOW + 1,
  };
}
function published(state: StateName, deviceId = 'desk'): Publication {
  return {
    endpointId: `publish:${deviceId}`,
    kind: 'phone',
    source: 'publish',
    deviceId,
    state,
    expiresAt: NOW + 1,
  };
}

const cases: [string, StateName | null, Publication[], string][] = [
  ['nobody anywhere is Offline', null, [], 'offline none'],
  ['a choice without an endpoint is Offline', 'busy', [], 'offline none'],
  ['a publication that has run out counts for nothing', null, [browser('available', NOW)], 'offline none'],
  ['one browser is what it says', null, [browser('away')], 'away endpoint browser'],
  ['a registered phone alone is Available', null, [registered()], 'available endpoint phone'],
  [
    'what a phone published before it went away counts for nothing',
    null,
    [{ ...published('available'), source: 'absent' }],
    'offline none',
  ],
  [
    'a phone on the desk does not hide that its owner is away',
    null,
    [registered(), browser('away')],
    'away endpoint browser,phone',
  ],
  [
    'the most present of two machines counts',
    null,
    [browser('away'), browser('available')],
    'available endpoint browser',
  ],
  [
    'being busy anywhere outweighs being available elsewhere',
    null,
    [browser('available'), published('busy')],
    'busy endpoint browser,phone',
  ],
  [
    'what a phone publishes outweighs its registration',
    null,
    [registered(), published('away')],
    'away endpoint phone',
  ],
  [
    'a phone that publishes that it is closed is Offline',
    null,
    [registered(), published('offline')],
    'offline none',
  ],
  [
    '… but only that phone',
    null,
    [registered('mobile'), registered(), published('offline')],
    'available endpoint phone',
  ],
  [
    'the person’s own choice outweighs every endpoint',
    'doNotDisturb',
    [browser('available')],
    'doNotDisturb manual browser',
  ],
  ['appearing offline is a choice, too', 'offline', [browser('available')], 'offline manual browser'],
];
for (const [name, manual, publications, expected] of cases) {
  test(name, () => {
    const { state, reason, devices } = aggregate(manual, publications, NOW);
    assert.equal([state, reason, devices.join()].filter((part) => part !== '').join(' '), expected);
  });
}

test('a state that no watcher could tell from the last is not a new version', () => {
  const held: PresenceState = {
    userId: 'u',
    state: 'away',
    note: '',
    since: 1,
    reason: 'endpoint',
    devices: ['browser'],
    version: 3,
  };
  assert.equal(nextState(held, { state: 'away', reason: 'endpoint', devices: ['browser'] }, '', NOW), held);
});

test('`since` moves with the state and not with the note', () => {
  const held: PresenceState = {
    userId: 'u',
    state: 'away',
    note: '',
    since: 1,
    reason: 'endpoint',
    devices: ['browser'],
    version: 3,
  };
  const noted = nextState(held, { state: 'away', reason: 'endpoint', devices: ['browser'] }, 'at lunch', NOW);
  assert.deepEqual([noted.since, noted.version, noted.note], [1, 4, 'at lunch']);
  const back = nextState(
    noted,
    { state: 'available', reason: 'endpoint', devices: ['browser'] },
    'at lunch',
    NOW,
  );
  assert.deepEqual([back.since, back.version], [NOW, 5]);
});
