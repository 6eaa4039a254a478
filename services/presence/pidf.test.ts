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
