// Lists of people by SIP: one's own contacts and lists that come with the SUBSCRIBE. Real sockets and PostgreSQL.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { type OpenedSipServer, openSipServer, systemClock } from '@parley/platform/net';
import { silentLog } from '@parley/platform/store/testing';
import { buildResourceLists, parseListNotification, parsePidf } from '@parley/protocol/presence';
import type { SipRequest } from '@parley/protocol/sip';
import { alertsService } from '../alerts/service.ts';
import { addDevice } from '../authentication/contract.ts';
import { authenticationService } from '../authentication/service.ts';
import { putContacts, removeContacts } from '../contacts/contract.ts';
import { contactsService } from '../contacts/service.ts';
import { createUser } from '../identity/contract.ts';
import { identityService } from '../identity/service.ts';
import { policyService } from '../policy/service.ts';
import { proxyService } from '../proxy/service.ts';
import { TestPhone } from '../proxy/testing.ts';
import { registrarService } from '../registrar/service.ts';
import { type TestProcess, testProcess } from '../testing.ts';
import { publish } from './contract.ts';
import { presenceService } from './service.ts';

const DOMAIN = 'parley.test';
let sip: OpenedSipServer;
let running: TestProcess;
const phones: TestPhone[] = [];
let people = 0;

before(async () => {
  const listen = [
    { transport: 'tcp', address: '127.0.0.1', port: 0 },
    { transport: 'udp', address: '127.0.0.1', port: 0 },
  ] as const;
  sip = await openSipServer({ listen, clock: systemClock, log: silentLog });
  running = await testProcess({ sip });
  await running.start(
    identityService,
    authenticationService,
    registrarService,
    proxyService,
    policyService,
    presenceService,
    alertsService,
    contactsService,
  );
});

after(async () => {
  for (const phone of phones) await phone[Symbol.asyncDispose]();
  await running[Symbol.asyncDispose]();
  await sip[Symbol.asyncDispose]();
});

async function person(name: string): Promise<{ userId: string; uri: string; username: string }> {
  const username = `${name}-${++people}`;
  const user = await running.bus.call(createUser, { address: `${username}@${DOMAIN}`, name });
  assert.ok(user.ok);
  return { userId: user.value.userId, uri: `sip:${username}@${DOMAIN}`, username };
}

async function watcher(transport: 'tcp' | 'udp' = 'tcp') {
  const { userId, username } = await person('alice');
  const device = await running.bus.call(addDevice, { userId, name: 'Phone' });
  assert.ok(device.ok);
  const { port } = sip.listening.find((one) => one.transport === transport)!;
  const phone = await TestPhone.start({
    transport,
    port,
    username,
    password: device.value.password,
    domain: DOMAIN,
  });
  phones.push(phone);
  return { userId, phone };
}

const ACCEPT: [string, string] = ['Accept', 'multipart/related, application/rlmi+xml, application/pidf+xml'];
const LIST_URI = `sip:contacts@${DOMAIN}`;

function subscribe(
  phone: TestPhone,
  headers: readonly [string, string][] = [],
  body?: string,
  uri = LIST_URI,
) {
  return phone.ask('SUBSCRIBE', {
    uri,
    headers: [['Event', 'presence'], ['Contact', `<${phone.contact}>`], ...headers],
    ...(body === undefined ? {} : { body }),
  });
}

const WITH_LIST: [string, string][] = [
  ['Supported', 'eventlist'],
  ['Require', 'recipient-list-subscribe'],
  ['Content-Type', 'application/resource-lists+xml'],
  ['Content-Disposition', 'recipient-list'],
  ['Expires', '600'],
  ACCEPT,
];

/** What one NOTIFY says: `name open` for a person whose document is in it, `name` for one whose is not. */
function told({ headers, body }: SipRequest) {
  const parsed = parseListNotification(headers.get('Content-Type') ?? '', body);
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.reason);
  assert.equal(headers.get('Require'), 'eventlist');
  const documents = new Map(parsed.documents.map(({ cid, text }) => [cid, parsePidf(text)]));
  const people = parsed.rlmi.resources.map(({ uri, instances: [instance] }) => {
    const document = documents.get(instance?.cid ?? '');
    const name = uri.slice(4).replace(/-\d+@.*$/, '');
    if (document?.ok) return `${name} ${document.pidf.tuples[0]?.basic}`;
    return instance?.reason === undefined ? name : `${name} ${instance.reason}`;
  });
  return { isWhole: parsed.rlmi.isFullState, version: parsed.rlmi.version, people, bytes: body.length };
}

async function online(userId: string) {
  const said = { userId, endpointId: 'window', kind: 'browser', state: 'available', expiresS: 600 } as const;
  assert.ok((await running.bus.call(publish, said)).ok);
}

test('RFC 4662 §4: one’s own contacts: all of them first, then who changed, who came and who went', async () => {
  const { userId, phone } = await watcher();
  const [bob, carol, dave] = [await person('bob'), await person('carol'), await person('dave')];
  for (const contact of [bob, carol])
    await running.bus.call(putContacts, { userId, contactIds: [contact.userId], change: {} });
  const answer = await subscribe(phone, [['Supported', 'eventlist'], ['Expires', '600'], ACCEPT]);
  assert.deepEqual([answer.status, answer.headers.get('Require')], [200, 'eventlist']);
  const first = told((await phone.receives(1))[0]!);
  assert.deepEqual([first.isWhole, first.people.sort()], [true, ['bob closed', 'carol closed']]);

  await online(bob.userId);
  const second = told((await phone.receives(2))[1]!);
  assert.deepEqual([second.isWhole, second.version, second.people], [false, 1, ['bob open']]);

  await running.bus.call(putContacts, { userId, contactIds: [dave.userId], change: {} });
  assert.deepEqual(told((await phone.receives(3))[2]!).people, ['dave closed']);
  await running.bus.call(removeContacts, { userId, contactIds: [bob.userId] });
  const whole = told((await phone.receives(4))[3]!);
  assert.deepEqual([whole.isWhole, whole.people.sort()], [true, ['carol closed', 'dave closed']]);
});

test('what changes in a list at the same time comes in one NOTIFY', async () => {
  const { userId, phone } = await watcher();
  const contacts = await Promise.all(Array.from({ length: 20 }, () => person('bob')));
  for (const contact of contacts)
    await running.bus.call(putContacts, { userId, contactIds: [contact.userId], change: {} });
  await subscribe(phone, [['Supported', 'eventlist'], ['Expires', '600'], ACCEPT]);
  await phone.receives(1);
  await Promise.all(contacts.map((contact) => online(contact.userId)));
  let open = 0;
  for (let next = 1; open < contacts.length; next++)
    open += told((await phone.receives(next + 1))[next]!).people.filter((one) => one === 'bob open').length;
  assert.equal(open, contacts.length);
  assert.ok(phone.received.length < 8, `${phone.received.length} NOTIFYs`);
});

test('RFC 5367 §5: a list that comes with the SUBSCRIBE, with an address of nobody and one elsewhere', async () => {
  const { phone } = await watcher();
  const bob = await person('bob');
  await online(bob.userId);
  const list = buildResourceLists([
    { uri: bob.uri },
    { uri: `sip:nobody-0@${DOMAIN}` },
    { uri: 'sip:erin-0@elsewhere.example' },
  ]);
  assert.equal((await subscribe(phone, WITH_LIST, list, `sip:rls@${DOMAIN}`)).status, 200);
  const first = told((await phone.receives(1))[0]!);
  assert.deepEqual(first.people, ['bob open', 'nobody noresource', 'erin noresource']);
});

test('a fetch of a list gets everything in the NOTIFY that ends it', async () => {
  const { userId, phone } = await watcher();
  const bob = await person('bob');
  await running.bus.call(putContacts, { userId, contactIds: [bob.userId], change: {} });
  await subscribe(phone, [['Supported', 'eventlist'], ['Expires', '0'], ACCEPT]);
  const [only] = await phone.receives(1);
  assert.match(only!.headers.get('Subscription-State') ?? '', /^terminated/);
  assert.deepEqual(told(only!).people, ['bob closed']);
});

for (const [what, status, headers, body] of [
  ['without support for lists', 421, [['Expires', '600'], ACCEPT], undefined],
  [
    'that takes no lists',
    406,
    [
      ['Supported', 'eventlist'],
      ['Accept', 'application/pidf+xml'],
    ],
    undefined,
  ],
  ['with a list that cannot be read', 400, WITH_LIST, '<list/>'],
  [
    'with a list that is not compressed as it says',
    400,
    [...WITH_LIST, ['Content-Encoding', 'deflate']],
    'x',
  ],
  ['with a list in an encoding of its own', 415, [...WITH_LIST, ['Content-Encoding', 'rot13']], 'x'],
  [
    'that promises a list and has none',
    400,
    [
      ['Supported', 'eventlist'],
      ['Require', 'recipient-list-subscribe'],
    ],
    undefined,
  ],
  ['that requires what nobody knows', 420, [['Require', 'teleportation']], undefined],
  [
    'with more people than anybody knows',
    400,
    WITH_LIST,
    buildResourceLists(Array.from({ length: 2_001 }, (_, index) => ({ uri: `sip:p-${index}@${DOMAIN}` }))),
  ],
] as const satisfies [string, number, readonly [string, string][], string | undefined][]) {
  test(`a SUBSCRIBE ${what} is answered ${status}`, async () => {
    const { phone } = await watcher();
    assert.equal((await subscribe(phone, headers, body)).status, status);
    assert.equal(phone.received.length, 0);
  });
}

test('a compressed list is read, and one that would fill the memory is not', async () => {
  const { phone } = await watcher();
  const bob = await person('bob');
  const compressed = (text: string) =>
    phone.ask('SUBSCRIBE', {
      uri: `sip:rls@${DOMAIN}`,
      headers: [
        ['Event', 'presence'],
        ['Contact', `<${phone.contact}>`],
        ...WITH_LIST,
        ['Content-Encoding', 'deflate'],
      ],
      bytes: deflateSync(text),
    });
  assert.equal((await compressed(buildResourceLists([{ uri: bob.uri }]))).status, 200);
  assert.deepEqual(told((await phone.receives(1))[0]!).people, ['bob closed']);
  assert.equal((await compressed(' '.repeat(50_000_000))).status, 400);
});

test('2,000 people over TCP come in NOTIFYs of bounded size, whatever the names alone need', async () => {
  const { phone } = await watcher();
  const bob = await person('bob');
  // Of a list with so many strangers, not all are asked for: he has to be known here.
  assert.equal((await subscribe((await watcher()).phone, [], undefined, bob.uri)).status, 200);
  const entries = Array.from({ length: 1_999 }, (_, index) => ({ uri: `sip:nobody-${index}@${DOMAIN}` }));
  const list = buildResourceLists([...entries, { uri: bob.uri }]);
  assert.equal((await subscribe(phone, WITH_LIST, list)).status, 200);
  const seen = new Set<string>();
  for (let next = 0; !seen.has('bob closed'); next++) {
    const notified = told((await phone.receives(next + 1))[next]!);
    if (next > 0) assert.ok(notified.bytes <= 64 * 1024, `${notified.bytes} bytes`);
    for (const one of notified.people) seen.add(one);
  }
});

test('over UDP a list comes in datagrams that need little cutting up', async () => {
  const { userId, phone } = await watcher('udp');
  for (let index = 0; index < 40; index++) {
    const contactIds = [(await person('bob')).userId];
    await running.bus.call(putContacts, { userId, contactIds, change: {} });
  }
  await subscribe(phone, [['Supported', 'eventlist'], ['Expires', '600'], ACCEPT]);
  let open = 0;
  for (let next = 0; open < 40; next++) {
    const notified = told((await phone.receives(next + 1))[next]!);
    assert.ok(notified.bytes <= 8_000, `${notified.bytes} bytes`);
    open += notified.people.filter((one) => one === 'bob closed').length;
  }
  assert.ok(phone.received.length > 1);
});

test('who watches too many is told to come back later, and a storm of SUBSCRIBEs leaves nothing behind', async () => {
  const { phone } = await watcher();
  const list = async (from: number, to: number) => {
    const some = await Promise.all(everybody.slice(from, to));
    return buildResourceLists(some.map(({ uri }) => ({ uri })));
  };
  const everybody = Array.from({ length: 40 }, () => person('bob'));
  const text = await list(0, 40);
  const answers = [];
  for (let index = 0; index < 130; index++) answers.push(await subscribe(phone, WITH_LIST, text));
  const statuses = answers.map(({ status }) => status);
  // 5,000 people in all subscriptions of one watcher.
  assert.deepEqual([statuses.indexOf(503), new Set(statuses)], [125, new Set([200, 503])]);
  assert.equal(answers.at(-1)?.headers.get('Retry-After'), '60');
});
