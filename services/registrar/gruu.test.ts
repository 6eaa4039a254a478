import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gruuOf, parseSipUri } from '@parley/protocol/sip';
import { aBinding } from './binding-testing.ts';
import { bindingsForUri, isOwnGruu, publicGruu, TemporaryGruus } from './gruu.ts';
import { emptyLocations, foldLocation } from './view.ts';

const SECRET = '5a'.repeat(32);
const DESK = '<urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6>';
const MOBILE = '<urn:uuid:00000000-0000-1000-8000-000a95a0e128>';

const locations = foldLocation(emptyLocations(), {
  userId: 'u-alice',
  address: 'alice@example.com',
  version: 1,
  bindings: [
    aBinding('desk-old', { instance: DESK, regId: 1, temporaryId: 't1', registeredAt: 1 }),
    aBinding('desk-new', { instance: DESK, regId: 2, temporaryId: 'second-registration', registeredAt: 2 }),
    aBinding('mobile', { instance: MOBILE, temporaryId: 't3', registeredAt: 3 }),
    aBinding('plain', { registeredAt: 4 }),
  ],
});
const temporary = new TemporaryGruus(SECRET);
const found = (uri: string, now = 500) =>
  bindingsForUri(locations, uri, now, { temporary }).map(({ bindingId }) => bindingId);

test('RFC 5627 §3.1.1: a public GRUU is the address of record with the instance', () => {
  const gruu = publicGruu('alice@example.com', DESK);
  assert.equal(gruu, 'sip:alice@example.com;gr=urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6');
  assert.equal(gruuOf(gruu), 'urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6');
});

test('a public GRUU of odd texts is a SIP URI all the same, and leads to the device', () => {
  const instance = '<urn:x:ä%;?=@>';
  const odd = foldLocation(emptyLocations(), {
    userId: 'u',
    address: 'o dd@example.com',
    version: 1,
    bindings: [aBinding('odd', { instance })],
  });
  const gruu = publicGruu('o dd@example.com', instance);
  assert.ok(parseSipUri(gruu) !== undefined, gruu);
  assert.equal(bindingsForUri(odd, gruu, 0).length, 1);
});

test('RFC 5627 §6.1: a public GRUU leads to the flows of its device, the newest first', () => {
  assert.deepEqual(found(publicGruu('alice@example.com', DESK)), ['desk-new', 'desk-old']);
  assert.deepEqual(found(publicGruu('alice@example.com', MOBILE.toUpperCase())), ['mobile']);
  assert.deepEqual(found(publicGruu('alice@example.com', '<urn:uuid:other>')), []);
  assert.deepEqual(found(publicGruu('bob@example.com', DESK)), []);
});

test('RFC 5627 §3.1.2: temporary GRUUs are different each time and lead to the same device', () => {
  const owner = { userId: 'u-alice', temporaryId: 'second-registration' };
  const [one, other] = [temporary.make(owner, 'example.com'), temporary.make(owner, 'example.com')];
  assert.notEqual(one, other);
  for (const gruu of [one, other]) {
    assert.equal(gruuOf(gruu), '');
    assert.doesNotMatch(gruu, /alice|second-registration/);
    assert.deepEqual(found(gruu), ['desk-new', 'desk-old']);
  }
});

test('RFC 5627 §5.1: temporary GRUUs end with the registration that they were given for', () => {
  const gruu = (temporaryId: string) => temporary.make({ userId: 'u-alice', temporaryId }, 'example.com');
  assert.deepEqual(found(gruu('of an earlier Call-ID')), []);
  assert.deepEqual(found(gruu('t3'), 2000), []);
});

test('what we did not make is no temporary GRUU of ours', () => {
  const other = new TemporaryGruus('00'.repeat(32));
  const owner = { userId: 'u-alice', temporaryId: 't3' };
  assert.deepEqual(found(other.make(owner, 'example.com')), []);
  const good = temporary.make(owner, 'example.com');
  const user = parseSipUri(good)?.user ?? '';
  for (let i = 0; i < user.length; i++) {
    const changed = user.slice(0, i) + (user[i] === 'A' ? 'B' : 'A') + user.slice(i + 1);
    assert.deepEqual(found(good.replace(user, changed)), [], changed);
  }
  for (const uri of [
    'sip:tgruu.@example.com;gr',
    `sip:tgruu.${'A'.repeat(500)}@example.com;gr`,
    'sip:x@y;gr',
  ]) {
    assert.deepEqual(found(uri), []);
  }
  assert.deepEqual(bindingsForUri(locations, good, 500), [], 'without the key, it leads nowhere');
});

test('a URI without gr is the address of record, at whatever host of ours', () => {
  assert.deepEqual(found('sip:alice@example.com'), ['plain', 'mobile', 'desk-new', 'desk-old']);
  assert.deepEqual(found('sip:alice@192.0.2.250'), []);
  const uri = parseSipUri('sip:%61lice@192.0.2.250;gr=urn:uuid:00000000-0000-1000-8000-000a95a0e128');
  assert.ok(uri);
  assert.deepEqual(
    bindingsForUri(locations, uri, 0, { domain: 'example.com' }).map(({ bindingId }) => bindingId),
    ['mobile'],
  );
});

test('RFC 5627 §5.1: a Contact that is a GRUU of ours is known as such', () => {
  const isOwn = (text: string) => isOwnGruu(parseSipUri(text)!, 'example.com');
  assert.equal(isOwn('sip:alice@Example.com;gr=urn:uuid:1'), true);
  assert.equal(isOwn('sip:alice@192.0.2.1;gr=urn:uuid:1'), false);
  assert.equal(isOwn('sip:alice@example.com'), false);
});
