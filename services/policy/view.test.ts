import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changedSettings, differences } from './change.ts';
import { DEFAULTS, type Policy, type Scope, type Settings } from './contract.ts';
import { effectiveIn, emptyPolicies, foldPolicy, settingsFor } from './view.ts';

const bob = { userId: 'bob', department: 'Sales' };
const policy = (scope: Scope, settings: Partial<Settings>, version = 1): Policy => ({
  scope,
  settings,
  version,
});
const everybody: Scope = { kind: 'global' };
const sales: Scope = { kind: 'department', value: 'Sales' };
const onlyBob: Scope = { kind: 'user', value: 'bob' };

test('the narrowest scope that says something decides, setting by setting, and its name is told', () => {
  const view = emptyPolicies();
  foldPolicy(view, policy(everybody, { linkFilter: 'warn', banner: 'For work only', receipts: false }));
  foldPolicy(view, policy(sales, { banner: 'Sales', receipts: true }));
  foldPolicy(view, policy(onlyBob, { banner: '' }));
  const { settings, origins } = effectiveIn(view, bob);
  assert.deepEqual(
    [settings.linkFilter, settings.receipts, settings.banner, settings.groupSize],
    ['warn', true, '', 100],
  );
  assert.deepEqual(
    [origins['linkFilter'], origins['receipts'], origins['banner'], origins['groupSize']],
    ['global', 'department', 'user', 'default'],
  );
  assert.equal(settingsFor(view, { userId: 'carol', department: '' }).banner, 'For work only');
});

test('a change shows at once in what was reckoned before; an older one changes nothing', () => {
  const view = emptyPolicies();
  assert.deepEqual(settingsFor(view, bob), DEFAULTS);
  foldPolicy(view, policy(everybody, { editing: false }, 2));
  assert.equal(settingsFor(view, bob).editing, false);
  foldPolicy(view, policy(everybody, { editing: true }, 1));
  assert.equal(settingsFor(view, bob).editing, false);
});

test('null gives a setting back; prefixes and domains get one spelling', () => {
  const changed = changedSettings(
    { banner: 'old', receipts: false },
    { banner: null, linkPrefixes: ['HTTP:', 'http:'], linkDomains: ['*.Example.COM'] },
  );
  assert.deepEqual(changed, {
    ok: true,
    value: { receipts: false, linkPrefixes: ['http:'], linkDomains: ['example.com'] },
  });
  assert.deepEqual(differences({ banner: 'old', receipts: false }, { receipts: false }), ['banner']);
});

for (const [name, changes, code] of [
  ['a prefix without its end', { linkPrefixes: ['http'] }, 'POLICY_BAD_PREFIX'],
  ['a prefix with a space', { linkPrefixes: ['ht tp:'] }, 'POLICY_BAD_PREFIX'],
  ['a domain with a scheme', { linkDomains: ['https://example.com'] }, 'POLICY_BAD_DOMAIN'],
  ['a domain with a path', { linkDomains: ['example.com/x'] }, 'POLICY_BAD_DOMAIN'],
] as const) {
  test(`${name} is refused`, () => {
    const changed = changedSettings({}, changes as never);
    assert.equal(!changed.ok && changed.fault.code, code);
  });
}
