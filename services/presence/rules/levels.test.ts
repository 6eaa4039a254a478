import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AccessEntry, AccessMember, Level } from '../contract.ts';
import {
  LEVELS,
  levelFor,
  memberKey,
  normaliseMember,
  type Origin,
  rulesOf,
  USUAL,
  type Watcher,
  withMember,
} from './levels.ts';

const bob: Watcher = { id: 'bob', domain: 'parley.test', origin: 'enterprise' };
const user: AccessMember = { kind: 'user', value: 'bob' };
const domain: AccessMember = { kind: 'domain', value: 'parley.test' };
const enterprise: AccessMember = { kind: 'enterprise' };
/** From the most specific to the least. */
const SPECIFIC = [user, domain, enterprise];

function seenBy(watcher: Watcher, entries: readonly AccessEntry[]): Level {
  return levelFor(rulesOf({ userId: 'alice', entries: [...entries], version: 1 }), watcher);
}

/** Every way to give each of these members one of the five levels, or none. */
function* everyAccess(members: readonly AccessMember[]): Generator<AccessEntry[]> {
  const [first, ...rest] = members;
  if (first === undefined) return yield [];
  for (const others of everyAccess(rest)) {
    yield others;
    for (const level of LEVELS) yield [{ member: first, level }, ...others];
  }
}

test('of all entries that fit, the most specific decides, whatever the others say and in whatever order they came', () => {
  let looked = 0;
  for (const entries of everyAccess(SPECIFIC)) {
    const decisive = SPECIFIC.map((member) => entries.find((entry) => entry.member === member)).find(
      (entry) => entry !== undefined,
    );
    const expected = decisive?.level ?? USUAL.enterprise;
    assert.equal(seenBy(bob, entries), expected, JSON.stringify(entries));
    assert.equal(seenBy(bob, entries.toReversed()), expected, JSON.stringify(entries));
    looked += 1;
  }
  assert.equal(looked, 216);
});

test('an entry for somebody else never changes what one sees', () => {
  const others: AccessMember[] = [
    { kind: 'user', value: 'carol' },
    { kind: 'domain', value: 'other.test' },
    { kind: 'federated' },
    { kind: 'public' },
  ];
  for (const entries of everyAccess(others)) assert.equal(seenBy(bob, entries), 'company');
});

test('colleagues are Company, federated people Public and public networks Blocked until somebody says otherwise', () => {
  const from = (origin: Origin) => levelFor(undefined, { id: 'x', domain: 'x.test', origin });
  assert.deepEqual([from('enterprise'), from('federated'), from('public')], ['company', 'public', 'blocked']);
  assert.equal(seenBy(bob, []), 'company');
});

test('a userId that reads like a domain names one person only', () => {
  const entries: AccessEntry[] = [{ member: { kind: 'user', value: 'parley.test' }, level: 'blocked' }];
  assert.equal(seenBy(bob, entries), 'company');
  assert.equal(seenBy({ ...bob, id: 'parley.test' }, entries), 'blocked');
});

test('giving a level and taking it back leaves the list as it was; giving two is the second one', () => {
  for (const entries of everyAccess([domain, enterprise])) {
    const before = withMember(entries, user, null);
    for (const level of LEVELS) {
      const given = withMember(before, user, level);
      assert.equal(seenBy(bob, given), level);
      assert.deepEqual(withMember(given, user, null), before);
      assert.deepEqual(withMember(withMember(before, user, 'team'), user, level), given);
    }
  }
});

test('the order of the list does not depend on who was named first', () => {
  const one = withMember(withMember([], user, 'team'), domain, 'public');
  const other = withMember(withMember([], domain, 'public'), user, 'team');
  assert.deepEqual(one, other);
  assert.equal(new Set([user, domain, enterprise].map(memberKey)).size, 3);
});

for (const [given, expected] of [
  [
    { kind: 'domain', value: ' Example.COM ' },
    { kind: 'domain', value: 'example.com' },
  ],
  [
    { kind: 'domain', value: '@example.com' },
    { kind: 'domain', value: 'example.com' },
  ],
  [{ kind: 'domain', value: 'example' }, undefined],
  [{ kind: 'domain', value: 'exa mple.com' }, undefined],
  [{ kind: 'domain' }, undefined],
  [
    { kind: 'user', value: 'sip:Zoe@Example.com' },
    { kind: 'user', value: 'zoe@example.com' },
  ],
  [{ kind: 'user', value: 'zoe@' }, undefined],
  [{ kind: 'user', value: 'z\u0000oe@example.com' }, undefined],
  [{ kind: 'user', value: '' }, undefined],
  [{ kind: 'enterprise', value: 'ignored' }, { kind: 'enterprise' }],
] satisfies [AccessMember, AccessMember | undefined][]) {
  test(`${JSON.stringify(given)} is ${JSON.stringify(expected)}`, () => {
    assert.deepEqual(normaliseMember(given), expected);
  });
}
