import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePidf } from '@parley/protocol/presence';
import type { PresenceState, StateName } from './contract.ts';
import { pidfOf, stateOfPidf } from './pidf.ts';

function presence(state: StateName, note = ''): PresenceState {
  return { userId: 'u', state, note, since: 1_000, reason: 'endpoint', devices: [], version: 1 };
}

for (const [state, returned] of [
  ['available', 'available'],
  ['busy', 'busy'],
  ['doNotDisturb', 'busy'],
  ['beRightBack', 'away'],
  ['away', 'away'],
  ['offline', 'offline'],
] as const) {
  test(`a phone that is told ${state} understands ${returned}`, () => {
    assert.equal(stateOfPidf(pidfOf('alice@parley.test', presence(state)))?.state, returned);
  });
}

for (const [words, said] of [
  ['<r:on-the-phone/><r:busy/>', { state: 'busy', activity: 'inCall' }],
  ['<r:meeting/>', { state: 'busy', activity: 'inMeeting' }],
  ['<r:presentation/><r:meeting/>', { state: 'busy', activity: 'presenting' }],
  ['<r:vacation/>', { state: 'away', activity: 'outOfOffice' }],
  ['<r:lunch/>', { state: 'away' }],
  ['<r:tv/>', { state: 'available' }],
  ['<r:other>Gardening</r:other>', { state: 'available', activity: 'custom', activityText: 'Gardening' }],
] as const) {
  test(`a phone that says ${words} means ${JSON.stringify(said)}`, () => {
    const body = `<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:r="urn:ietf:params:xml:ns:pidf:rpid" entity="sip:b@parley.test"><tuple id="a"><status><basic>open</basic></status></tuple><r:activities>${words}</r:activities></presence>`;
    assert.deepEqual(stateOfPidf(body), { ...said, note: '' });
  });
}

test('what a person does is said first, with how long it lasts', () => {
  const shown = { ...presence('busy'), activity: 'inMeeting', until: 3_600_000 } as const;
  const parsed = parsePidf(pidfOf('a@parley.test', shown));
  assert.ok(parsed.ok);
  assert.deepEqual(parsed.pidf.activities, ['meeting', 'busy']);
  assert.equal(parsed.pidf.activitiesUntilMs, 3_600_000);
});

test('names and notes of any content stay one well-formed document', () => {
  const body = pidfOf('alice@parley.test', presence('busy', '<script> & "quotes" ]]>'));
  const parsed = parsePidf(body);
  assert.ok(parsed.ok);
  assert.equal(parsed.pidf.note, '<script> & "quotes" ]]>');
  assert.equal(parsed.pidf.entity, 'sip:alice@parley.test');
});

test('Do not disturb and Be right back are said in the note where the person wrote none', () => {
  assert.match(pidfOf('a@parley.test', presence('doNotDisturb')), /Do not disturb/);
  assert.doesNotMatch(pidfOf('a@parley.test', presence('doNotDisturb', 'Writing')), /Do not disturb/);
});

test('what is no presence document is not understood', () => {
  for (const body of ['', 'open', '<presence/>', '<!DOCTYPE x []><presence/>'])
    assert.equal(stateOfPidf(body), undefined, body);
});
