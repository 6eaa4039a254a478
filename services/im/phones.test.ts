// What phones write in which wrapping, what they ask and what they hear back. Real sockets and PostgreSQL.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { type OpenedSipServer, openSipServer, systemClock } from '@parley/platform/net';
import { silentLog } from '@parley/platform/store/testing';
import {
  buildCpim,
  buildImdn,
  type Cpim,
  type Disposition,
  IMDN_NAMESPACE,
  imdnHeaders,
  imdnRequestOf,
  parseCpim,
  parseImdn,
  readMessageBody,
} from '@parley/protocol/im';
import { buildIsComposing } from '@parley/protocol/presence';
import type { SipRequest } from '@parley/protocol/sip';
import { addDevice } from '../authentication/contract.ts';
import { authenticationService } from '../authentication/service.ts';
import { createUser } from '../identity/contract.ts';
import { identityService } from '../identity/service.ts';
import { policyService } from '../policy/service.ts';
import { proxyService } from '../proxy/service.ts';
import { TestPhone } from '../proxy/testing.ts';
import { registrarService } from '../registrar/service.ts';
import { type TestProcess, testProcess } from '../testing.ts';
import {
  getConversation,
  markRead,
  messageStored,
  messageTaken,
  openConversation,
  readHistory,
  sendMessage,
  showTyping,
  startGroup,
} from './contract.ts';
import { imService } from './service.ts';

const DOMAIN = 'parley.test';
let sip: OpenedSipServer;
let running: TestProcess;
const phones: TestPhone[] = [];
let people = 0;

before(async () => {
  const listen = [{ transport: 'tcp', address: '127.0.0.1', port: 0 }] as const;
  sip = await openSipServer({ listen, clock: systemClock, log: silentLog });
  running = await testProcess({ sip });
  await running.start(
    identityService,
    authenticationService,
    registrarService,
    proxyService,
    policyService,
    imService,
  );
});

after(async () => {
  for (const phone of phones) await phone[Symbol.asyncDispose]();
  await running[Symbol.asyncDispose]();
  await sip[Symbol.asyncDispose]();
});

async function person(name: string) {
  const username = `${name.toLowerCase()}-${++people}`;
  const address = `${username}@${DOMAIN}`;
  const user = await running.bus.call(createUser, { address, name });
  assert.ok(user.ok);
  return { userId: user.value.userId, username, address, uri: `sip:${address}`, name };
}

async function personWithPhone(name: string) {
  const found = await person(name);
  const device = await running.bus.call(addDevice, { userId: found.userId, name: 'Phone' });
  assert.ok(device.ok);
  const { password } = device.value;
  const { port } = sip.listening[0]!;
  const phone = await TestPhone.start({
    transport: 'tcp',
    port,
    username: found.username,
    password,
    domain: DOMAIN,
  });
  phones.push(phone);
  assert.equal((await phone.register()).status, 200);
  return { ...found, phone };
}

function message(phone: TestPhone, uri: string, type: string, body: string | Uint8Array) {
  return phone.ask('MESSAGE', {
    uri,
    headers: [['Content-Type', type]],
    bytes: typeof body === 'string' ? Buffer.from(body) : body,
  });
}

function cpim(
  text: string,
  wanted: readonly Disposition[] = [],
  messageId = 'm1',
  type = 'text/plain',
  from = 'sip:anybody@parley.test',
) {
  return buildCpim(
    {
      from: { uri: from },
      to: [{ uri: 'sip:somebody@parley.test' }],
      extensions: imdnHeaders({ messageId, wanted }),
      contentHeaders: new Map([['content-type', type]]),
      content: Buffer.from(text),
    },
    { imdn: IMDN_NAMESPACE },
  );
}

function cpimIn({ headers, body }: SipRequest): Cpim {
  assert.equal(headers.get('Content-Type'), 'message/cpim');
  const parsed = parseCpim(body);
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.reason);
  return parsed.cpim;
}

async function historyOf(userId: string, conversationId: string): Promise<string[]> {
  const page = await running.bus.call(readHistory, { userId, conversationId, limit: 50 });
  assert.ok(page.ok);
  return page.value.messages.map(({ text }) => text);
}

async function conversationOf(userId: string, ...participantIds: string[]): Promise<string> {
  const opened = await running.bus.call(openConversation, { userId, participantIds });
  assert.ok(opened.ok);
  return opened.value.conversationId;
}

async function say(senderId: string, conversationId: string, text: string): Promise<number> {
  const sent = await running.bus.call(sendMessage, { senderId, conversationId, text, clientId: text });
  assert.ok(sent.ok);
  return sent.value.seq;
}

for (const [what, type, body] of [
  ['as a page', 'text/html', '<p>Hello</p>'],
  [
    'as alternatives',
    'multipart/alternative;boundary=b',
    '--b\r\n\r\nHello\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>x</p>\r\n--b--\r\n',
  ],
  ['in the common format', 'message/cpim', Buffer.from(cpim('Hello')).toString()],
  [
    'as a page in the common format',
    'Message/CPIM',
    Buffer.from(cpim('<b>Hello</b>', [], 'm', 'text/html')).toString(),
  ],
] as const) {
  test(`RFC 3428 §7: what a phone writes ${what} is the text that it says`, async () => {
    const [alice, bob] = [await person('Alice'), await personWithPhone('Bob')];
    assert.equal((await message(bob.phone, alice.uri, type, body)).status, 202);
    const conversationId = await conversationOf(alice.userId, bob.userId);
    assert.deepEqual(await historyOf(alice.userId, conversationId), ['Hello']);
  });
}

for (const [what, type, body] of [
  ['a picture', 'image/png', 'x'],
  ['a word back that nobody can read', 'message/imdn+xml', '<imdn/>'],
  ['a common format that never ends', 'message/cpim', 'From: <sip:a@parley.test>'],
] as const) {
  test(`RFC 3428 §7: ${what} is refused with what would be taken`, async () => {
    const [alice, bob] = [await person('Alice'), await personWithPhone('Bob')];
    const answer = await message(bob.phone, alice.uri, type, body);
    assert.equal(answer.status, 415);
    assert.match(answer.headers.getAll('Accept').join(), /message\/cpim/);
  });
}

test('RFC 5438 §7: a phone hears once that its message arrived, and once that it was read', async () => {
  const [alice, bob] = [await person('Alice'), await personWithPhone('Bob')];
  const wanted = ['positive-delivery', 'display'] as const;
  const stored = Promise.withResolvers<boolean>();
  await using _windows = await running.bus.subscribe(messageStored, async ({ message: told, confirm }) => {
    if (told.senderId !== bob.userId) return;
    stored.resolve(confirm === true);
    const { messageId, conversationId, seq } = told;
    // As a window of Alice's does.
    if (confirm)
      await running.bus.publish(messageTaken, { messageId, conversationId, seq, userIds: [alice.userId] });
  });
  assert.equal(
    (await message(bob.phone, alice.uri, 'message/cpim', cpim('Hello', wanted, 'from-bob'))).status,
    202,
  );
  assert.equal(await stored.promise, true);
  const arrived = cpimIn((await bob.phone.receives(1))[0]!);
  assert.equal(arrived.from?.uri, alice.uri);
  const word = parseImdn(arrived.content);
  assert.ok(word.ok);
  assert.deepEqual(
    [word.imdn.messageId, word.imdn.outcome],
    ['from-bob', { kind: 'delivery', status: 'delivered' }],
  );

  const conversationId = await conversationOf(alice.userId, bob.userId);
  await running.bus.call(markRead, { userId: alice.userId, conversationId, seq: 1 });
  const shown = readMessageBody('message/cpim', (await bob.phone.receives(2))[1]!.body);
  assert.deepEqual(shown.kind === 'disposition' && shown.imdn.outcome, {
    kind: 'display',
    status: 'displayed',
  });

  await say(alice.userId, conversationId, 'Read');
  await running.bus.call(markRead, { userId: alice.userId, conversationId, seq: 2 });
  assert.equal((await bob.phone.receives(3)).filter((one) => one.body.includes(0x3c)).length, 3);
  assert.equal(imdnRequestOf(cpimIn(bob.phone.received[2]!))?.messageId, `${conversationId}.2`);
});

test('RFC 5438 §6: a phone that wants nothing hears nothing, and one that wants only delivery is told of a phone', async () => {
  const [alice, bob] = [await personWithPhone('Alice'), await personWithPhone('Bob')];
  await message(bob.phone, alice.uri, 'message/cpim', cpim('quiet'));
  await alice.phone.receives(1);
  await message(bob.phone, alice.uri, 'message/cpim', cpim('loud', ['positive-delivery'], 'loud'));
  const word = parseImdn(cpimIn((await bob.phone.receives(1))[0]!).content);
  assert.equal(word.ok && word.imdn.messageId, 'loud');
});

test('RFC 5438 §7: what a phone has shown is read, for its own person and no other', async () => {
  const [alice, bob] = [await person('Alice'), await personWithPhone('Bob')];
  await message(bob.phone, alice.uri, 'message/cpim', cpim('Hello'));
  const conversationId = await conversationOf(alice.userId, bob.userId);
  const seq = await say(alice.userId, conversationId, 'Hello yourself');
  const [received] = await bob.phone.receives(1);
  const written = cpimIn(received!);
  const request = imdnRequestOf(written);
  assert.deepEqual(request?.wanted, ['display']);
  assert.equal(new TextDecoder().decode(written.content), 'Hello yourself');
  const shown = (messageId: string) =>
    buildImdn({ messageId, outcome: { kind: 'display', status: 'displayed' } });
  const answer = await message(bob.phone, alice.uri, 'message/imdn+xml', shown(request!.messageId));
  assert.equal(answer.status, 200);
  const marks = async (userId: string) => {
    const { participantIds: _, ...found } = await conversationFor(userId, alice.userId, bob.userId);
    return found.readSeq;
  };
  assert.equal(await marks(bob.userId), seq);
  assert.equal(await marks(alice.userId), seq);
  // Others may say what they like about it.
  const mallory = await personWithPhone('Mallory');
  await say(bob.userId, conversationId, 'secret');
  assert.equal(
    (await message(mallory.phone, alice.uri, 'message/imdn+xml', shown(`${conversationId}.3`))).status,
    200,
  );
  assert.equal(await marks(alice.userId), seq);
});

async function conversationFor(userId: string, ...all: string[]) {
  const opened = await running.bus.call(openConversation, {
    userId,
    participantIds: all.filter((one) => one !== userId),
  });
  assert.ok(opened.ok);
  return opened.value;
}

test('a phone that refuses the common format gets the words alone, and from then on', async () => {
  const [alice, bob] = [await person('Alice'), await personWithPhone('Bob')];
  await message(bob.phone, alice.uri, 'message/cpim', cpim('Hello'));
  const conversationId = await conversationOf(alice.userId, bob.userId);
  bob.phone.answer = { status: 488 };
  await say(alice.userId, conversationId, 'one');
  const [, second] = await bob.phone.receives(2);
  bob.phone.answer = { status: 200 };
  assert.equal(second!.headers.get('Content-Type'), 'text/plain;charset=utf-8');
  await say(alice.userId, conversationId, 'two');
  const last = (await bob.phone.receives(3))[2]!;
  assert.equal(new TextDecoder().decode(last.body), 'two');
});

test('RFC 3994 §3: a phone that says that its person types hears it of others, once, and that they stopped', async () => {
  const [alice, bob] = [await person('Alice'), await personWithPhone('Bob')];
  const typing = (state: 'active' | 'idle') =>
    message(bob.phone, alice.uri, 'application/im-iscomposing+xml', buildIsComposing({ state }));
  const conversationId = await conversationOf(alice.userId, bob.userId);
  const types = (is: boolean) =>
    running.bus.call(showTyping, { userId: alice.userId, conversationId, typing: is });
  // Nobody knows yet whether the phone would understand it.
  await types(true);
  await types(false);
  assert.equal((await typing('active')).status, 200);
  for (const is of [true, true, true, false]) await types(is);
  const heard = (await bob.phone.receives(2)).map(({ headers, body }) =>
    readMessageBody(headers.get('Content-Type'), body),
  );
  assert.deepEqual(heard, [
    { kind: 'composing', isActive: true },
    { kind: 'composing', isActive: false },
  ]);
});

test('a group on a phone: from the group in the name of who wrote, and the answer goes to all of it', async () => {
  const [alice, bob, carol] = [
    await person('Alice'),
    await personWithPhone('Bob'),
    await personWithPhone('Carol'),
  ];
  const conversationId = await conversationOf(alice.userId, bob.userId, carol.userId);
  await say(alice.userId, conversationId, 'Hello both');
  const [first] = await bob.phone.receives(1);
  const group = `sip:conversation-${conversationId}@${DOMAIN}`;
  assert.match(first!.headers.get('From') ?? '', new RegExp(`^"?Alice"? <${group}>`));
  assert.equal(first!.headers.get('P-Asserted-Identity'), `<${alice.uri}>`);

  assert.equal((await message(bob.phone, group, 'text/plain', 'Hello from the desk')).status, 202);
  const [, second] = await carol.phone.receives(2);
  assert.match(second!.headers.get('From') ?? '', new RegExp(`^"?Bob"? <${group}>`));
  assert.deepEqual(await historyOf(alice.userId, conversationId), ['Hello from the desk', 'Hello both']);
});

test('a conversation is written to by those who are in it, and is nobody to anybody else', async () => {
  const [alice, bob, carol] = [await person('Alice'), await person('Bob'), await person('Carol')];
  const mallory = await personWithPhone('Mallory');
  const conversationId = await conversationOf(alice.userId, bob.userId, carol.userId);
  const group = `sip:conversation-${conversationId}@${DOMAIN}`;
  const refused = await message(mallory.phone, group, 'text/plain', 'Hello');
  const nobody = await message(mallory.phone, group.replace(/[0-9a-f]/, '0'), 'text/plain', 'Hello');
  assert.deepEqual([refused.status, nobody.status], [404, 404]);
  assert.deepEqual(await historyOf(alice.userId, conversationId), []);
});

const displayed = (messageId: string, recipientUri?: string) =>
  buildImdn({ messageId, recipientUri, outcome: { kind: 'display', status: 'displayed' } });

test('RFC 3862 §2: a phone may write any name into its message, and is shown by its own', async () => {
  const [alice, bob] = [await personWithPhone('Alice'), await personWithPhone('Mallory')];
  const victim = await personWithPhone('Carol');
  // So that hers is known to read the common format.
  await message(alice.phone, victim.uri, 'message/cpim', cpim('hello'));
  const forged = cpim('Transfer the money', [], 'forged', 'text/plain', victim.uri);
  assert.equal((await message(bob.phone, alice.uri, 'message/cpim', forged)).status, 202);
  const [received] = await alice.phone.receives(1);
  const { from } = cpimIn(received!);
  assert.deepEqual([from?.uri, from?.name], [bob.uri, 'Mallory']);
  assert.ok(received?.headers.get('From')?.includes(bob.uri));
  assert.ok(!new TextDecoder().decode(received?.body).includes(victim.address));
  const conversationId = await conversationOf(alice.userId, bob.userId);
  const page = await running.bus.call(readHistory, { userId: alice.userId, conversationId, limit: 50 });
  assert.ok(page.ok);
  assert.deepEqual(
    page.value.messages.map(({ senderId }) => senderId),
    [bob.userId],
  );
  assert.deepEqual(await historyOf(victim.userId, await conversationOf(victim.userId, alice.userId)), [
    'hello',
  ]);
});

test('RFC 5438 §14.2: word about what was never said, or in the name of somebody else, moves nothing', async () => {
  const [alice, bob] = [await person('Alice'), await personWithPhone('Bob')];
  const mallory = await personWithPhone('Mallory');
  const opened = await running.bus.call(startGroup, {
    userId: alice.userId,
    participantIds: [bob.userId, mallory.userId],
  });
  assert.ok(opened.ok);
  const { conversationId } = opened.value;
  const last = await say(alice.userId, conversationId, 'To all of you');
  const readSeqOf = async (userId: string) => {
    const found = await running.bus.call(getConversation, { userId, conversationId });
    assert.ok(found.ok);
    return found.value.readSeq;
  };
  const before = await readSeqOf(bob.userId);
  assert.ok(before < last);
  // She is in it, and speaks for bob.
  const inHisName = await message(
    mallory.phone,
    alice.uri,
    'message/imdn+xml',
    displayed(`${conversationId}.${last}`, bob.uri),
  );
  assert.equal(inHisName.status, 200);
  assert.equal(await readSeqOf(bob.userId), before);
  assert.equal(await readSeqOf(mallory.userId), last);
  // What was not said yet cannot have been read.
  for (const id of [`${conversationId}.999999999`, `${randomUUID()}.1`, 'nothing', `${conversationId}.0`])
    assert.equal((await message(bob.phone, alice.uri, 'message/imdn+xml', displayed(id))).status, 200);
  assert.equal(await readSeqOf(bob.userId), last);
  const next = await say(alice.userId, conversationId, 'And this');
  assert.equal(await readSeqOf(bob.userId), last);
  assert.ok(last < next);
});

test('RFC 5438 §14.3: a flood of word about one message is passed on once, and others are written to meanwhile', async () => {
  const [alice, bob] = [await personWithPhone('Alice'), await personWithPhone('Bob')];
  const carol = await personWithPhone('Carol');
  const wanted = ['display'] as const;
  await message(alice.phone, bob.uri, 'message/cpim', cpim('Have you seen this?', wanted, 'asked'));
  const [received] = await bob.phone.receives(1);
  const conversationId = await conversationOf(alice.userId, bob.userId);
  assert.equal(received?.headers.get('Call-ID')?.split('@')[0], `${conversationId}.1`);
  const flood = Array.from({ length: 500 }, () =>
    message(bob.phone, alice.uri, 'message/imdn+xml', displayed(`${conversationId}.1`)),
  );
  const toCarol = message(alice.phone, carol.uri, 'text/plain', 'meanwhile');
  assert.equal((await toCarol).status, 202);
  await carol.phone.receives(1);
  // Of one person's requests only so many are worked on together.
  for (const { status, headers } of await Promise.all(flood))
    assert.ok(status === 200 || (status === 503 && Number(headers.get('Retry-After')) > 0), `${status}`);
  await say(bob.userId, conversationId, 'the end');
  const told = await alice.phone.receives(2);
  const kinds = told.map(({ headers, body }) => readMessageBody(headers.get('Content-Type'), body).kind);
  assert.deepEqual(kinds, ['disposition', 'text']);
});
