// The proxy and the registrar over real sockets and PostgreSQL, with phones on the same SIP stack.
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { followView, type HeldView } from '@parley/platform/bus';
import { type OpenedSipServer, openSipServer, systemClock } from '@parley/platform/net';
import { StoreError } from '@parley/platform/store';
import { silentLog } from '@parley/platform/store/testing';
import type { SipResponse } from '@parley/protocol/sip';
import { addDevice, revokeDevice } from '../authentication/contract.ts';
import { authenticationService } from '../authentication/service.ts';
import { createUser, setDisabled } from '../identity/contract.ts';
import { identityService } from '../identity/service.ts';
import type { Location } from '../registrar/contract.ts';
import { registrarService } from '../registrar/service.ts';
import { type Locations, locationView } from '../registrar/view.ts';
import { type TestProcess, testProcess } from '../testing.ts';
import { sendOnFlow } from './contract.ts';
import { proxyService } from './service.ts';
import { hangStation } from './station.ts';
import { type PhoneOptions, TestPhone } from './testing.ts';
import { IN_PROGRESS_A_USER } from './walk.ts';

const DOMAIN = 'parley.test';
let server: OpenedSipServer;
let running: TestProcess;
/** Follows after the proxy's own view, so that what it shows the proxy knows. */
let locations: HeldView<Locations, Location>;
const phones: TestPhone[] = [];

before(async () => {
  server = await openSipServer({
    listen: [
      { transport: 'udp', address: '127.0.0.1', port: 0 },
      { transport: 'tcp', address: '127.0.0.1', port: 0 },
    ],
    clock: systemClock,
    log: silentLog,
  });
  running = await testProcess({ sip: server });
  await running.start(identityService, authenticationService, registrarService, proxyService);
  locations = followView(running.context, locationView);
  await locations.ready;
});

after(async () => {
  for (const phone of phones) await phone[Symbol.asyncDispose]();
  await locations[Symbol.asyncDispose]();
  await running[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

interface Person {
  readonly userId: string;
  readonly username: string;
  readonly deviceId: string;
  phone(changes?: Partial<PhoneOptions>): Promise<TestPhone>;
  /** Resolves with the next location of this person for which it holds. */
  located(holds: (location: Location) => boolean): Promise<Location>;
}

async function person(username: string): Promise<Person> {
  const { bus } = running;
  const user = await bus.call(createUser, { address: `${username}@${DOMAIN}`, name: username });
  assert.ok(user.ok);
  const { userId } = user.value;
  const added = await bus.call(addDevice, { userId, name: 'Desk phone' });
  assert.ok(added.ok);
  const { device, password } = added.value;
  return {
    userId,
    username,
    deviceId: device.deviceId,
    async phone(changes = {}) {
      const transport = changes.transport ?? 'udp';
      const port = server.listening.find((socket) => socket.transport === transport)?.port ?? 0;
      const phone = await TestPhone.start({
        transport,
        port,
        username,
        password,
        domain: DOMAIN,
        ...changes,
      });
      phones.push(phone);
      return phone;
    },
    async located(holds) {
      const { promise, resolve } = Promise.withResolvers<Location>();
      const look = () => {
        const location = locations.current.byUser.get(userId);
        if (location !== undefined && holds(location)) resolve(location);
      };
      using _ = locations.onChange(look);
      look();
      return await promise;
    },
  };
}

for (const transport of ['udp', 'tcp'] as const) {
  for (const algorithm of ['MD5', 'SHA-256'] as const) {
    test(`RFC 3261 §10.3: a phone registers over ${transport} with ${algorithm} and hears its bindings`, async () => {
      const alice = await person(`alice-${transport}-${algorithm.toLowerCase()}`);
      const phone = await alice.phone({ transport, algorithm, userAgent: 'Test phone 1' });
      const response = await phone.register(600);
      assert.equal(response.status, 200);
      assert.deepEqual(response.headers.getAll('Contact'), [`<${phone.contact}>;expires=600`]);
      assert.equal(response.headers.get('Expires'), '600');
      assert.match(response.headers.get('Date') ?? '', /GMT$/);
      const { bindings, address } = await alice.located((location) => location.bindings.length === 1);
      assert.equal(address, `${alice.username}@${DOMAIN}`);
      assert.equal(bindings[0]?.transport, transport);
      assert.equal(bindings[0]?.deviceId, alice.deviceId);
      assert.equal(bindings[0]?.userAgent, 'Test phone 1');
      assert.equal((await phone.register(0)).status, 200);
      await alice.located((location) => location.bindings.length === 0);
    });
  }
}

test('a phone that signs in with the whole address, or writes To in capitals, is let in', async () => {
  const erin = await person('erin');
  const phone = await erin.phone({ username: `erin@${DOMAIN}` });
  const own = `<sip:erin@${DOMAIN}>`;
  const response = await phone.register(600, {
    from: `${own};tag=1`,
    to: `<sip:ERIN@${DOMAIN.toUpperCase()}>`,
  });
  assert.equal(response.status, 200);
});

test('RFC 3261 §10.3 step 7: a registration for less than a minute is answered 423 with Min-Expires', async () => {
  const phone = await (await person('brief')).phone();
  const response = await phone.register(30);
  assert.equal(response.status, 423);
  assert.equal(response.headers.get('Min-Expires'), '60');
});

test('RFC 3261 §10.3 step 4: nobody registers the address of somebody else', async () => {
  const mallory = await (await person('mallory')).phone();
  await person('victim');
  assert.equal((await mallory.register(600, { to: `<sip:victim@${DOMAIN}>` })).status, 403);
});

test('a sender who is not who From says is refused', async () => {
  const phone = await (await person('pretender')).phone();
  const response = await phone.ask('MESSAGE', {
    uri: `sip:bob@${DOMAIN}`,
    from: `<sip:bob@${DOMAIN}>;tag=1`,
    body: 'hi',
  });
  assert.equal(response.status, 403);
});

test('RFC 3261 §22.4: a wrong password is challenged again, and after many the source is refused for a while', async () => {
  const guessed = await person('guessed');
  const phone = await guessed.phone({ password: 'not-the-password' });
  const statuses: number[] = [];
  for (let guess = 0; guess < 15; guess += 1) statuses.push((await phone.register()).status);
  assert.deepEqual(statuses.slice(0, 5), [401, 401, 401, 401, 401]);
  assert.equal(statuses.at(-1), 403);
});

test('RFC 7616 §3.4: credentials that were used are not taken twice', async () => {
  const phone = await (await person('replayed')).phone();
  const uri = `sip:${DOMAIN}`;
  const challenge = await phone.ask('REGISTER', { uri, once: true });
  assert.equal(challenge.status, 401);
  const credentials = phone.credentials(challenge, 'REGISTER', { uri });
  assert.ok(credentials);
  const first = await phone.ask('REGISTER', { uri, once: true, headers: [credentials] });
  assert.equal(first.status, 200);
  const second = await phone.ask('REGISTER', { uri, once: true, headers: [credentials] });
  assert.equal(second.status, 401);
  assert.match(second.headers.get('WWW-Authenticate') ?? '', /stale=true/);
  const next = phone.credentials(challenge, 'REGISTER', { uri }, 2);
  assert.ok(next);
  assert.equal((await phone.ask('REGISTER', { uri, once: true, headers: [next] })).status, 200);
});

test('RFC 8760 §2.4: the stronger algorithm is offered first', async () => {
  const phone = await (await person('offered')).phone();
  const challenge = await phone.ask('REGISTER', { uri: `sip:${DOMAIN}`, once: true });
  const algorithms = challenge.headers
    .getAll('WWW-Authenticate')
    .map((value) => /algorithm=([\w-]+)/.exec(value)?.[1]);
  assert.deepEqual(algorithms, ['SHA-256', 'MD5']);
});

test('a device whose time is over hears so', async () => {
  const { bus } = running;
  const user = await bus.call(createUser, { address: `late@${DOMAIN}`, name: 'late' });
  assert.ok(user.ok);
  const expiresAt = systemClock.wallNow() - 1000;
  const added = await bus.call(addDevice, { userId: user.value.userId, name: 'Old', expiresAt });
  assert.ok(added.ok);
  const port = server.listening[0]?.port ?? 0;
  const { password } = added.value;
  const phone = await TestPhone.start({ transport: 'udp', port, username: 'late', password, domain: DOMAIN });
  phones.push(phone);
  const response = await phone.register();
  assert.equal(response.status, 403);
  assert.equal(response.reason, 'The password of this device has expired.');
});

test('a revoked device is gone from the bindings and is not let in again', async () => {
  const revoked = await person('revoked');
  const phone = await revoked.phone();
  assert.equal((await phone.register()).status, 200);
  const gone = revoked.located((location) => location.version > 1 && location.bindings.length === 0);
  const { userId, deviceId } = revoked;
  assert.ok((await running.bus.call(revokeDevice, { userId, deviceId })).ok);
  await gone;
  assert.equal((await phone.register()).status, 401);
});

test('a disabled user is gone from the bindings and hears why', async () => {
  const disabled = await person('disabled');
  const phone = await disabled.phone();
  assert.equal((await phone.register()).status, 200);
  const gone = disabled.located((location) => location.version > 1 && location.bindings.length === 0);
  assert.ok((await running.bus.call(setDisabled, { userId: disabled.userId, disabled: true })).ok);
  await gone;
  const response = await phone.register();
  assert.equal(response.status, 403);
  assert.equal(response.reason, 'This account is disabled.');
  const stranger = await disabled.phone({ password: 'not-the-password' });
  assert.equal((await stranger.register()).status, 401, 'who does not know the password learns nothing');
});

test('RFC 7616 §5.4: the answer to a challenge that went elsewhere is challenged anew and counts against nobody', async () => {
  const port = server.listening.find(({ transport }) => transport === 'udp')?.port ?? 0;
  const phone = await (await person('moved')).phone();
  const uri = `sip:${DOMAIN}`;
  const challenge = await phone.ask('REGISTER', { uri, once: true });
  const credentials = phone.credentials(challenge, 'REGISTER', { uri });
  assert.ok(credentials);
  const elsewhere = createSocket('udp4');
  elsewhere.bind(0, '127.0.0.9');
  await once(elsewhere, 'listening');
  for (let sequence = 1; sequence <= 12; sequence += 1) {
    const text = [
      `REGISTER ${uri} SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.9;branch=z9hG4bKmoved${sequence};rport`,
      `From: <sip:moved@${DOMAIN}>;tag=1`,
      `To: <sip:moved@${DOMAIN}>`,
      'Call-ID: elsewhere',
      `CSeq: ${sequence} REGISTER`,
      `${credentials[0]}: ${credentials[1]}`,
      '',
      '',
    ].join('\r\n');
    const answered = once(elsewhere, 'message');
    elsewhere.send(text, port, '127.0.0.1');
    const [answer] = await answered;
    assert.match(String(answer), /^SIP\/2\.0 401 /);
    assert.match(String(answer), /stale=true/);
  }
  elsewhere.close();
  assert.equal((await phone.ask('REGISTER', { uri, once: true, headers: [credentials] })).status, 200);
});

test('RFC 5626 §5.3: when its connection closes, the bindings of a phone are gone at once', async () => {
  const dropped = await person('dropped');
  const phone = await dropped.phone({ transport: 'tcp' });
  assert.equal((await phone.register()).status, 200);
  const gone = dropped.located((location) => location.version > 1 && location.bindings.length === 0);
  await phone[Symbol.asyncDispose]();
  await gone;
});

test('RFC 3261 §11.2: OPTIONS to the server is answered without a challenge', async () => {
  const phone = await (await person('pinger')).phone();
  const response = await phone.ask('OPTIONS', { uri: `sip:${DOMAIN}`, once: true });
  assert.equal(response.status, 200);
  assert.ok(response.headers.getAll('Allow').includes('MESSAGE'));
  assert.ok(response.headers.has('Accept'));
});

test('a scanner gets no answer at all', async () => {
  const port = server.listening.find(({ transport }) => transport === 'udp')?.port ?? 0;
  const socket = createSocket('udp4');
  const answered = once(socket, 'message');
  const options = (callId: string, userAgent: string) =>
    [
      `OPTIONS sip:${DOMAIN} SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK${callId};rport`,
      `From: <sip:x@${DOMAIN}>;tag=1`,
      `To: <sip:${DOMAIN}>`,
      `Call-ID: ${callId}`,
      'CSeq: 1 OPTIONS',
      `User-Agent: ${userAgent}`,
      '',
      '',
    ].join('\r\n');
  socket.send(options('scan', 'friendly-scanner'), port, '127.0.0.1');
  socket.send(options('ping', 'SIP monitor'), port, '127.0.0.1');
  const [first] = await answered;
  assert.match(String(first), /Call-ID: ping/);
  socket.close();
});

test('RFC 3261 §16.6, §16.7: OPTIONS to a user reaches the device and its answer comes back', async () => {
  const [bob, carol] = [await person('bob'), await person('carol')];
  const [bobs, carols] = [await bob.phone(), await carol.phone({ transport: 'tcp' })];
  assert.equal((await carols.register()).status, 200);
  await carol.located((location) => location.bindings.length === 1);
  carols.answer = {
    status: 200,
    headers: [
      ['Allow', 'INVITE'],
      ['X-Kept', 'yes'],
    ],
  };
  const response = await bobs.ask('OPTIONS', { uri: `sip:carol@${DOMAIN}` });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('X-Kept'), 'yes');
  assert.equal(response.headers.getAll('Via').length, 1);
  const [forwarded] = await carols.receives(1);
  assert.equal(forwarded?.uri, carols.contact);
  assert.equal(forwarded?.headers.get('Max-Forwards'), '69');
  assert.equal(forwarded?.headers.getAll('Via').length, 2);
  assert.equal(forwarded?.headers.has('Proxy-Authorization'), false);
});

test('RFC 3261 §16.7: of two devices, the one that accepts answers for the user', async () => {
  const [dan, eve] = [await person('dan'), await person('eve')];
  const [caller, first, second] = [
    await dan.phone(),
    await eve.phone(),
    await eve.phone({ transport: 'tcp' }),
  ];
  assert.equal((await first.register()).status, 200);
  assert.equal((await second.register()).status, 200);
  await eve.located((location) => location.bindings.length === 2);
  first.answer = { status: 486 };
  assert.equal((await caller.ask('OPTIONS', { uri: `sip:eve@${DOMAIN}` })).status, 200);
  second.answer = { status: 404 };
  assert.equal((await caller.ask('OPTIONS', { uri: `sip:eve@${DOMAIN}` })).status, 404);
});

test('RFC 3261 §21.4: nobody there is 404, nobody at home is 480, no hop left is 483', async () => {
  const [fay, home] = [await person('fay'), await person('home')];
  const caller = await fay.phone();
  assert.equal((await caller.ask('OPTIONS', { uri: `sip:nobody@${DOMAIN}` })).status, 404);
  assert.equal((await caller.ask('OPTIONS', { uri: `sip:home@${DOMAIN}` })).status, 480);
  assert.equal((await (await home.phone()).register()).status, 200);
  // The proxy's view is a moment behind the answer to REGISTER.
  while ((await caller.ask('OPTIONS', { uri: `sip:home@${DOMAIN}` })).status === 480);
  assert.equal((await caller.ask('OPTIONS', { uri: `sip:home@${DOMAIN}`, maxForwards: 0 })).status, 483);
  assert.equal((await caller.ask('OPTIONS', { uri: `sip:home@${DOMAIN}`, maxForwards: 1 })).status, 200);
});

test('proxy.sendOnFlow reaches the device over the flow that it registered on, and says when that is gone', async () => {
  const gus = await person('gus');
  const phone = await gus.phone({ transport: 'tcp' });
  assert.equal((await phone.register()).status, 200);
  const { bindings } = await gus.located((location) => location.bindings.length === 1);
  const [binding] = bindings;
  assert.ok(binding);
  const ask = {
    flowId: binding.flowId,
    method: 'MESSAGE',
    uri: binding.contact,
    headers: [
      ['From', `<sip:bob@${DOMAIN}>;tag=b`],
      ['To', `<sip:gus@${DOMAIN}>`],
      ['Call-ID', 'm1'],
      ['CSeq', '1 MESSAGE'],
      ['Content-Type', 'text/plain'],
    ] as [string, string][],
    body: Buffer.from('Grüße').toString('base64'),
  };
  const node = { node: binding.nodeId };
  const sent = await running.bus.call(sendOnFlow, ask, node);
  assert.ok(sent.ok && sent.value.status === 200);
  const [message] = await phone.receives(1);
  assert.equal(new TextDecoder().decode(message?.body), 'Grüße');
  const invite = await running.bus.call(sendOnFlow, { ...ask, method: 'INVITE' }, node);
  assert.equal(invite.ok ? '' : invite.fault.code, 'PROXY_BAD_REQUEST');
  const gone = await running.bus.call(sendOnFlow, { ...ask, flowId: 'tcp-gone-1' }, node);
  assert.equal(gone.ok ? '' : gone.fault.code, 'PROXY_FLOW_GONE');
});

test('a station takes a request before it is forwarded, and hears who sent it', async () => {
  const hal = await person('hal');
  const phone = await hal.phone();
  const callers: string[] = [];
  using _ = hangStation(server, 'im', async (request, caller) => {
    if (request.request.method !== 'MESSAGE') return false;
    callers.push(caller.address);
    request.respond(202);
    return true;
  });
  assert.equal((await phone.ask('MESSAGE', { uri: `sip:bob@${DOMAIN}`, body: 'hi' })).status, 202);
  assert.deepEqual(callers, [`hal@${DOMAIN}`]);
});

test('one person keeps so many requests busy at once, and others are served meanwhile', async () => {
  const [busy, other] = [await (await person('busy')).phone(), await (await person('other')).phone()];
  const free = Promise.withResolvers<void>();
  let held = 0;
  using _station = hangStation(server, 'im', async (arrived, caller) => {
    if (caller.address === `busy@${DOMAIN}`) {
      held += 1;
      await free.promise;
    }
    arrived.respond(202);
    return true;
  });
  const asked = Array.from({ length: IN_PROGRESS_A_USER + 5 }, () => busy.ask('MESSAGE'));
  const refused: SipResponse[] = [];
  const { promise: allRefused, resolve } = Promise.withResolvers<void>();
  for (const asking of asked) {
    void asking.then((answer) => {
      if (refused.push(answer) === 5) resolve();
    });
  }
  await allRefused;
  for (const answer of refused.slice(0, 5)) {
    assert.equal(answer.status, 503);
    assert.equal(answer.headers.get('Retry-After'), '5');
  }
  assert.equal((await other.ask('MESSAGE')).status, 202);
  free.resolve();
  const statuses = (await Promise.all(asked)).map((answer) => answer.status);
  assert.equal(statuses.filter((status) => status === 503).length, 5);
  assert.equal(held, IN_PROGRESS_A_USER);
  assert.equal((await busy.ask('MESSAGE')).status, 202);
});

test('what no station takes at the moment is put off and not refused for good', async () => {
  const phone = await (await person('jo')).phone();
  const answer = await phone.ask('MESSAGE');
  assert.deepEqual([answer.status, answer.headers.get('Retry-After')], [503, '5']);
});

test('a station whose database is away is answered for with 503', async () => {
  const phone = await (await person('kay')).phone();
  using _ = hangStation(server, 'im', async () => {
    throw new StoreError('STORE_UNAVAILABLE', 'The database does not answer.');
  });
  const answer = await phone.ask('MESSAGE');
  assert.deepEqual([answer.status, answer.headers.get('Retry-After')], [503, '5']);
});

test('a station that fails is answered for with 500', async () => {
  const phone = await (await person('ida')).phone();
  using _ = hangStation(server, 'im', async () => {
    throw new Error('this is what the test is about');
  });
  assert.equal((await phone.ask('MESSAGE', { uri: `sip:bob@${DOMAIN}`, body: 'hi' })).status, 500);
});

test('the metrics count requests by method and status, and what was refused', async () => {
  const lines = (await running.context.metrics.text())
    .split('\n')
    .filter((line) => line.startsWith('parley_sip'));
  for (const series of [
    'parley_sip_requests_total{method="REGISTER",status="200"}',
    'parley_sip_refused_total{reason="credentials"}',
  ]) {
    const value = lines.find((line) => line.startsWith(series))?.slice(series.length);
    assert.ok(Number(value) > 0, `${series} is ${value}`);
  }
});
