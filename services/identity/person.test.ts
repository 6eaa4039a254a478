import assert from 'node:assert/strict';
import { test } from 'node:test';
import { normaliseAddress } from './address.ts';
import { changedUser, newUser } from './person.ts';
import { normalisePhone } from './phone.ts';

const DOMAIN = 'parley.test';

test('an address has one spelling, and a bare name gets the domain', () => {
  for (const text of [
    'alice',
    'Alice',
    ' ALICE@Parley.Test ',
    'sip:alice@parley.test',
    'sips:alice@parley.test',
  ]) {
    assert.equal(normaliseAddress(text, DOMAIN), 'alice@parley.test');
  }
});

test('an address of another domain, or one that no phone could dial, is none', () => {
  for (const text of [
    'alice@other.test',
    '',
    '@parley.test',
    'a b',
    'alice..b',
    '.alice',
    'alice@',
    'älice',
    `${'a'.repeat(65)}`,
  ]) {
    assert.equal(normaliseAddress(text, DOMAIN), undefined, text);
  }
});

test('a number in any usual spelling becomes E.164; half a number is refused', () => {
  for (const text of ['+49 89 123456', '0049 (89) 123-456', 'tel:+49.89.123456', '+49/89 123456']) {
    assert.equal(normalisePhone(text), '+4989123456', text);
  }
  for (const text of ['089 123456', '+49', 'call me', '+1234567890123456'])
    assert.equal(normalisePhone(text), undefined, text);
  assert.equal(normalisePhone(' '), '');
});

test('a new person has version 1, and control characters never reach the rows', () => {
  const made = newUser('u1', { address: 'alice', name: 'Alice\u0000\r\nArden ' }, DOMAIN);
  assert.ok(made.ok);
  assert.equal(made.value.name, 'Alice   Arden');
  assert.equal(made.value.version, 1);
  assert.equal(made.value.administrator, false);
});

test('a change keeps what it does not name and counts the version up', () => {
  const made = newUser('u1', { address: 'alice', name: 'Alice', phone: '+49 89 1234567' }, DOMAIN);
  assert.ok(made.ok);
  const changed = changedUser(made.value, { title: 'Engineer' }, DOMAIN);
  assert.ok(changed.ok);
  assert.deepEqual(changed.value, { ...made.value, title: 'Engineer', version: 2 });
});

test('each bad field is named by its code', () => {
  const fields = { address: 'alice', name: 'Alice' };
  const codes = [
    newUser('u', { ...fields, address: 'alice@elsewhere.test' }, DOMAIN),
    newUser('u', { ...fields, name: '  ' }, DOMAIN),
    newUser('u', { ...fields, phone: '12' }, DOMAIN),
  ].map((outcome) => (outcome.ok ? 'ok' : outcome.fault.code));
  assert.deepEqual(codes, ['IDENTITY_BAD_ADDRESS', 'IDENTITY_BAD_NAME', 'IDENTITY_BAD_PHONE']);
});

test('letters that are longer in their one spelling make no field longer than others may hear of', () => {
  const growing = '\ufb2c'.repeat(200);
  const fields = { address: 'alice', name: 'Alice', title: growing, department: growing, office: growing };
  const made = newUser('u', fields, DOMAIN);
  assert.ok(made.ok);
  const { title, department, office } = made.value;
  assert.deepEqual([title.length, department.length, office.length], [200, 200, 200]);
  const named = newUser('u', { address: 'alice', name: growing }, DOMAIN);
  assert.equal(named.ok ? '' : named.fault.code, 'IDENTITY_BAD_NAME');
});
