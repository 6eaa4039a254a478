// REGISTER on the wire: what a client is told of its bindings, by a real front end over real sockets.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { contactGruus, parseNameAddr, type SipResponse } from '@parley/protocol/sip';
import { nonceKey } from '../authentication/contract.ts';
import type { TestPhone } from '../proxy/testing.ts';
import { bindingsForUri, TemporaryGruus } from './gruu.ts';
import { DOMAIN, type FrontEnd, Scene } from './testing.ts';
import { emptyLocations, foldLocation } from './view.ts';

const INSTANCE = '"<urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6>"';
let scene: Scene;
let server: FrontEnd;

before(async () => {
  scene = await Scene.open();
  server = await scene.frontEnd('register');
});

after(() => scene[Symbol.asyncDispose]());

async function phone(username: string): Promise<TestPhone & { readonly userId: string }> {
  const person = await scene.person(username);
  return Object.assign(await scene.phoneAt(server, 'udp', person), { userId: person.userId });
}

function register(
  from: TestPhone,
  contacts: readonly string[],
  headers: readonly (readonly [string, string])[] = [],
): Promise<SipResponse> {
  return from.ask('REGISTER', {
    uri: `sip:${DOMAIN}`,
    headers: [...contacts.map((contact): [string, string] => ['Contact', contact]), ...headers],
  });
}

test('RFC 3327 §5.3: the Path of a REGISTER is kept and told', async () => {
  const alice = await phone('alice');
  const path = '<sip:edge1.example.net;lr;ob>, <sip:edge2.example.net;lr>';
  const response = await register(alice, [`<${alice.contact}>`], [['Path', path]]);
  assert.equal(response.status, 200);
  assert.deepEqual(response.headers.getAll('Path'), path.split(', '));
  const location = await scene.locationOf(alice.userId);
  assert.deepEqual(location?.bindings[0]?.path, path.split(', '));
});

for (const [name, path] of [
  ['routes strictly', '<sip:edge.example.net>'],
  ['is no address', 'edge.example.net'],
  ['has nine proxies', Array(9).fill('<sip:edge.example.net;lr>').join(', ')],
  ['is very long', `<sip:${'e'.repeat(1000)}.example.net;lr>`],
] as const) {
  test(`a Path that ${name} is answered 400`, async () => {
    const person = await phone(`path-${name.replaceAll(' ', '-')}`);
    const response = await register(person, [`<${person.contact}>`], [['Path', path]]);
    assert.equal(response.status, 400);
    assert.match(response.headers.get('Warning') ?? '', /Path/);
  });
}

test('RFC 3840 §6: what a phone can do is kept with its binding and told', async () => {
  const bob = await phone('bob');
  const response = await register(bob, [
    `<${bob.contact}>;q=0.5;audio;methods="INVITE,BYE";+x.y="<a>";unknown=1;expires=600`,
  ]);
  assert.deepEqual(response.headers.getAll('Contact'), [
    `<${bob.contact}>;expires=600;q=0.500;audio;methods="INVITE,BYE";+x.y="<a>"`,
  ]);
});

test('RFC 5626 §6: the flows of a device are told apart, and the answer says so', async () => {
  const carol = await phone('carol');
  const flow = (regId: number) =>
    `<${carol.contact};ob>;+sip.instance=${INSTANCE};reg-id=${regId};expires=600`;
  const supported = [['Supported', 'path, outbound']] as const;
  const first = await register(carol, [flow(1)], supported);
  assert.equal(first.headers.get('Require'), 'outbound');
  assert.ok(Number(first.headers.get('Flow-Timer')) > 0);
  const second = await register(carol, [flow(2)], supported);
  assert.deepEqual(second.headers.getAll('Contact'), [flow(1), flow(2)].map(inOurOrder));
  const plain = await register(carol, [`<sip:carol@192.0.2.1>;reg-id=3;expires=600`], supported);
  assert.equal(plain.headers.has('Require'), false, 'without an instance, reg-id means nothing');
});

/** A Contact with `expires` where we write it. */
function inOurOrder(contact: string): string {
  return contact.replace(';expires=600', '').replace('>;', '>;expires=600;');
}

test('RFC 5626 §4.2.1: reg-id of a client that does not support outbound means nothing', async () => {
  const dora = await phone('dora');
  const response = await register(dora, [`<${dora.contact}>;+sip.instance=${INSTANCE};reg-id=1;expires=600`]);
  assert.deepEqual(response.headers.getAll('Contact'), [
    `<${dora.contact}>;expires=600;+sip.instance=${INSTANCE}`,
  ]);
});

test('RFC 5626 §11.6: 439 where the proxy that has the flow does not keep it', async () => {
  const erik = await phone('erik');
  const flow = `<${erik.contact}>;+sip.instance=${INSTANCE};reg-id=1`;
  const behind = (path: readonly (readonly [string, string])[]) =>
    register(
      erik,
      [flow],
      [['Supported', 'outbound'], ['Via', 'SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx'], ...path],
    );
  const refused = await behind([]);
  assert.deepEqual([refused.status, refused.reason], [439, 'First Hop Lacks Outbound Support']);
  assert.equal((await behind([['Path', '<sip:edge.example.net;lr>']])).status, 439);
  assert.equal(
    (await behind([['Path', '<sip:core.example.net;lr>, <sip:edge.example.net;lr;ob>']])).status,
    200,
  );
});

test('RFC 5627 §5.2: a device that knows GRUUs learns its own, the temporary one anew each time', async () => {
  const faye = await phone('faye');
  const contact = `<${faye.contact}>;+sip.instance=${INSTANCE}`;
  const gruus = async () => {
    const response = await register(faye, [contact], [['Supported', 'gruu']]);
    return contactGruus(parseNameAddr(response.headers.get('Contact') ?? '')!);
  };
  await gruus();
  const [one, other] = [await gruus(), await gruus()];
  assert.equal(one.publicGruu, `sip:faye@${DOMAIN};gr=urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6`);
  assert.ok(one.temporaryGruu !== undefined && other.temporaryGruu !== undefined);
  assert.notEqual(one.temporaryGruu, other.temporaryGruu);

  const key = await scene.running.bus.call(nonceKey, {});
  assert.ok(key.ok);
  const temporary = new TemporaryGruus(key.value.key);
  const locations = foldLocation(emptyLocations(), (await scene.locationOf(faye.userId))!);
  for (const uri of [one.publicGruu, one.temporaryGruu, other.temporaryGruu]) {
    const found = bindingsForUri(locations, uri!, scene.clock.wallNow(), { temporary });
    assert.deepEqual(
      found.map((binding) => binding.contact),
      [faye.contact],
    );
  }
  const without = await register(faye, [contact]);
  assert.doesNotMatch(without.headers.get('Contact') ?? '', /gruu/);
});

test('RFC 5627 §5.1: nobody registers a GRUU', async () => {
  const gwen = await phone('gwen');
  const response = await register(gwen, [`<sip:gwen@${DOMAIN};gr=urn:uuid:1>`]);
  assert.equal(response.status, 403);
});

test('RFC 3261 §10.2.3: who asks without a Contact is told every binding', async () => {
  const hana = await phone('hana');
  assert.equal((await register(hana, [])).headers.has('Contact'), false);
  await register(hana, [`<${hana.contact}>;expires=600`, '<sip:hana@192.0.2.1>;expires=700;q=0.1']);
  const response = await register(hana, []);
  assert.deepEqual(response.headers.getAll('Contact').toSorted(), [
    `<${hana.contact}>;expires=600`,
    '<sip:hana@192.0.2.1>;expires=700;q=0.100',
  ]);
  assert.equal(response.headers.has('Expires'), false);
});
