// Between Parley and other SIP servers, over real sockets: who may send what, where it goes, and what is told of whom.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  type Certificates,
  type Destination,
  type OpenedSipServer,
  obtainCertificates,
  openSipServer,
  type ServerRequest,
  systemClock,
} from '@parley/platform/net';
import type { Log } from '@parley/platform/observe';
import { silentLog } from '@parley/platform/store/testing';
import { createRequest, parseNameAddr, type SipRequest, type SipResponse } from '@parley/protocol/sip';
import { startNameServer, type TestNameServer } from '../../platform/net/dns-testing.ts';
import { addDevice } from '../authentication/contract.ts';
import { authenticationService } from '../authentication/service.ts';
import { createUser } from '../identity/contract.ts';
import { identityService } from '../identity/service.ts';
import { registrarService } from '../registrar/service.ts';
import { type TestProcess, testProcess } from '../testing.ts';
import { proxyService } from './service.ts';
import { TestPhone } from './testing.ts';

const DOMAIN = 'parley.test';
const PAI = 'P-Asserted-Identity';

/** Another SIP server: keeps what comes, and answers as it is told. */
class OtherServer {
  readonly received: SipRequest[] = [];
  readonly acks: SipRequest[] = [];
  readonly sip: OpenedSipServer;
  answer: (server: ServerRequest) => void = (server) => server.respond(200);

  private constructor(sip: OpenedSipServer) {
    this.sip = sip;
    sip.onRequest((server) => {
      this.received.push(server.request);
      this.answer(server);
    });
    sip.onAck((ack) => this.acks.push(ack));
  }

  static async open(
    address: string,
    transport: 'udp' | 'tcp' | 'tls',
    tls?: Certificates & { readonly peerCaPem: string },
  ): Promise<OtherServer> {
    const sip = await openSipServer({
      listen: [{ transport, address, port: 0 }],
      clock: systemClock,
      log: silentLog,
      ...(tls === undefined ? {} : { tls }),
    });
    closing.push(sip);
    return new OtherServer(sip);
  }

  get port(): number {
    return this.sip.listening[0]!.port;
  }

  /** Asks Parley for something, as a server does: without credentials. */
  async asks(
    method: string,
    to: string,
    headers: readonly [string, string][] = [],
    from = 'bob@carrier.test',
  ): Promise<SipResponse> {
    const outcome = await this.#send(method, to, headers, from);
    assert.equal(outcome.kind, 'response');
    return outcome.kind === 'response' ? outcome.response : assert.fail();
  }

  async #send(method: string, to: string, headers: readonly [string, string][], from: string) {
    const { transport } = this.sip.listening[0]!;
    return await this.sip.request(aRequest(method, to, from, headers), parley(transport as 'udp'));
  }

  async receives(count: number): Promise<readonly SipRequest[]> {
    await until(() => this.received.length >= count);
    return this.received;
  }
}

function aRequest(
  method: string,
  to: string,
  from: string,
  headers: readonly (readonly [string, string])[],
): SipRequest {
  return createRequest({
    method,
    uri: `sip:${to}`,
    headers: [
      ['Max-Forwards', '70'],
      ['From', `<sip:${from}>;tag=${randomUUID().slice(0, 8)}`],
      ['To', `<sip:${to}>`],
      ['Call-ID', randomUUID()],
      ['CSeq', `1 ${method}`],
      ...headers,
    ],
  });
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise<void>((resolve) => setImmediate(resolve));
}

let server: OpenedSipServer;
let running: TestProcess;
let names: TestNameServer;
let carrier: OtherServer;
let edge: OtherServer;
let partner: OtherServer;
let impostor: OtherServer;
let second: OtherServer;
let alice: TestPhone;
/** The sockets of her phone. */
let desk: OtherServer;
const closing: AsyncDisposable[] = [];
const warnings: { readonly fields: object; readonly message: string }[] = [];
const log: Log = {
  ...silentLog,
  warn: (fields, message) => void warnings.push({ fields, message }),
  child: () => log,
};

function parley(transport: 'udp' | 'tcp' | 'tls'): Destination {
  const { port } = server.listening.find((one) => one.transport === transport)!;
  const certificateNames = transport === 'tls' ? { certificateNames: ['sip.parley.test'] } : {};
  return { transport, address: '127.0.0.1', port, ...certificateNames };
}

async function certificatesOf(name: string): Promise<Certificates> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-peer-'));
  try {
    return await obtainCertificates({ folder, hostNames: [name], clock: systemClock });
  } finally {
    await rm(folder, { recursive: true });
  }
}

before(async () => {
  const ours = await certificatesOf('sip.parley.test');
  const theirs = await certificatesOf('sip.partner.test');
  carrier = await OtherServer.open('127.0.0.2', 'udp');
  edge = await OtherServer.open('127.0.0.3', 'udp');
  partner = await OtherServer.open('127.0.0.4', 'tls', { ...theirs, peerCaPem: ours.caPem! });
  // From where the partner is, without its certificate.
  impostor = await OtherServer.open('127.0.0.4', 'udp');
  second = await OtherServer.open('127.0.0.6', 'tcp');
  names = await startNameServer({
    'dns.test': [{ type: 'NAPTR', service: 'SIP+D2U', replacement: '_sip._udp.dns.test' }],
    '_sip._udp.dns.test': [{ type: 'SRV', port: carrier.port, target: 'a.dns.test' }],
    'a.dns.test': [{ type: 'A', address: '127.0.0.2' }],
  });
  closing.push(names);
  const listen = (['udp', 'tcp', 'tls'] as const).map((transport) => ({
    transport,
    address: '127.0.0.1',
    port: 0,
  }));
  const tls = { ...ours, peerCaPem: theirs.caPem! };
  server = await openSipServer({ listen, tls, clock: systemClock, log: silentLog });
  const sip = {
    peers: [
      { name: 'carrier', addresses: [`127.0.0.2:${carrier.port}`], domains: ['carrier.test'] },
      { name: 'edge', addresses: [`127.0.0.3:${edge.port}`], domains: ['edge.test'], trusted: true },
      {
        name: 'partner',
        addresses: [`127.0.0.4:${partner.port}`],
        certificateNames: ['sip.partner.test'],
        domains: ['partner.test'],
        trusted: true,
      },
      // Nobody listens on the first.
      {
        name: 'twin',
        addresses: ['127.0.0.5:9', `127.0.0.6:${second.port}`],
        domains: ['twin.test'],
        transport: 'tcp' as const,
      },
      { name: 'dns', domains: ['dns.test'] },
      { name: 'lost', domains: ['lost.test'] },
      { name: 'faint', addresses: ['127.0.0.99/32'], domains: ['faint.test'] },
    ],
    nameServers: [names.address],
    origins: [],
    trace: 'off',
    traceTexts: 'hidden',
  } as const;
  running = await testProcess({ sip: server, log, config: { sip } });
  await running.start(identityService, authenticationService, registrarService, proxyService);
  desk = await OtherServer.open('127.0.0.1', 'udp');
  alice = await registered('alice', desk);
});

after(async () => {
  for (const one of closing) await one[Symbol.asyncDispose]();
  await running[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

async function registered(username: string, sockets: OtherServer): Promise<TestPhone> {
  const { bus } = running;
  const user = await bus.call(createUser, { address: `${username}@${DOMAIN}`, name: username });
  assert.ok(user.ok);
  const device = await bus.call(addDevice, { userId: user.value.userId, name: 'phone' });
  assert.ok(device.ok);
  const { port } = parley('udp');
  const { password } = device.value;
  const phone = TestPhone.over(sockets.sip, { transport: 'udp', port, username, password, domain: DOMAIN });
  assert.equal((await phone.register()).status, 200);
  // The view of locations hears of it a moment later than the phone.
  for (let status = 480; status === 480; )
    ({ status } = await edge.asks('INFO', `${username}@${DOMAIN}`, [], 'probe@edge.test'));
  sockets.received.length = 0;
  return phone;
}

test('RFC 3261 §16.5: a request of our user for a domain of a peer goes there, with who he is and without his proof', async () => {
  const before = carrier.received.length;
  const response = await alice.ask('MESSAGE', { uri: 'sip:bob@carrier.test', body: 'hello' });
  assert.equal(response.status, 200);
  const request = (await carrier.receives(before + 1)).at(-1)!;
  assert.equal(request.uri, 'sip:bob@carrier.test');
  assert.equal(request.headers.get(PAI), `<sip:alice@${DOMAIN}>`);
  assert.equal(request.headers.get('Max-Forwards'), '69');
  assert.ok(!request.headers.has('Authorization') && !request.headers.has('Proxy-Authorization'));
});

test('nobody reaches a peer through us without having proven who he is', async () => {
  const before = carrier.received.length;
  const response = await alice.ask('INVITE', { uri: 'sip:bob@carrier.test', once: true });
  assert.equal(response.status, 407);
  await using stranger = await openSipServer({
    listen: [{ transport: 'udp', address: '127.0.0.9', port: 0 }],
    clock: systemClock,
    log: silentLog,
  });
  const outcome = await stranger.request(
    aRequest('MESSAGE', 'bob@carrier.test', 'mallory@elsewhere.test', []),
    parley('udp'),
  );
  assert.ok(outcome.kind === 'response' && [401, 407].includes(outcome.response.status));
  assert.equal(carrier.received.length, before);
});

test('a domain of no peer is not relayed to, whoever asks', async () => {
  assert.equal((await alice.ask('MESSAGE', { uri: 'sip:bob@elsewhere.test' })).status, 403);
  assert.equal((await carrier.asks('MESSAGE', 'bob@elsewhere.test')).status, 403);
});

test('a peer needs no password to reach our users, and what it asserts counts only if we trust it', async () => {
  const identity: [string, string] = [PAI, '"The Bank" <sip:bank@carrier.test>'];
  desk.received.length = 0;
  assert.equal((await carrier.asks('MESSAGE', `alice@${DOMAIN}`, [identity])).status, 200);
  assert.equal((await edge.asks('MESSAGE', `alice@${DOMAIN}`, [identity], 'bob@edge.test')).status, 200);
  const [untrusted, trusted] = await desk.receives(2);
  assert.equal(untrusted!.headers.has(PAI), false);
  assert.equal(trusted!.headers.get(PAI), identity[1]);
});

test('RFC 3325 §7: who wants to be hidden is known to a trusted peer only', async () => {
  const privacy: [string, string] = ['Privacy', 'id'];
  await alice.ask('MESSAGE', { uri: 'sip:bob@carrier.test', headers: [privacy] });
  await alice.ask('MESSAGE', { uri: 'sip:bob@edge.test', headers: [privacy] });
  assert.equal(carrier.received.at(-1)!.headers.has(PAI), false);
  assert.equal(edge.received.at(-1)!.headers.get(PAI), `<sip:alice@${DOMAIN}>`);
});

test('RFC 3261 §22: only a trusted peer may speak for our own users', async () => {
  const asks = (other: OtherServer) => other.asks('MESSAGE', `alice@${DOMAIN}`, [], `bob@${DOMAIN}`);
  assert.equal((await asks(carrier)).status, 403);
  assert.equal((await asks(edge)).status, 200);
});

test('what ends at a service is not for other servers', async () => {
  for (const method of ['REGISTER', 'SUBSCRIBE', 'PUBLISH'])
    assert.equal((await carrier.asks(method, `alice@${DOMAIN}`)).status, 403, method);
  assert.equal((await carrier.asks('OPTIONS', DOMAIN)).status, 200);
  assert.equal((await carrier.asks('MESSAGE', `nobody@${DOMAIN}`)).status, 404);
});

test('from one peer to another, and not back to where it came from', async () => {
  const before = edge.received.length;
  assert.equal((await carrier.asks('MESSAGE', 'carol@edge.test')).status, 200);
  assert.equal(edge.received.length, before + 1);
  assert.equal((await carrier.asks('MESSAGE', 'carol@carrier.test')).status, 482);
});

test('RFC 3263 §4.3: where one server of a peer is dead the next is tried, and the dead one is left alone', async () => {
  const first = await alice.ask('MESSAGE', { uri: 'sip:bob@twin.test' });
  assert.equal(first.status, 200);
  assert.equal(second.received.length, 1);
});

test('RFC 3263 §4.3: a server that answers 503 counts as failed, and the caller does not see its 503', async () => {
  second.answer = (request) => request.respond(503, { headers: [['Retry-After', '600']] });
  assert.equal((await alice.ask('MESSAGE', { uri: 'sip:bob@twin.test' })).status, 500);
  const before = second.received.length;
  // It asked for time, so only the other one is left, which is dead.
  assert.equal((await alice.ask('MESSAGE', { uri: 'sip:bob@twin.test' })).status, 480);
  assert.equal(second.received.length, before);
});

test('RFC 3263 §4: without an address in the settings the DNS says where a peer is', async () => {
  const before = carrier.received.length;
  assert.equal((await alice.ask('MESSAGE', { uri: 'sip:bob@dns.test' })).status, 200);
  assert.equal(carrier.received[before]?.uri, 'sip:bob@dns.test');
  assert.ok(names.asked.includes('NAPTR dns.test'));
});

test('a peer that the DNS does not know, or cannot tell of, is answered as such', async () => {
  assert.equal((await alice.ask('MESSAGE', { uri: 'sip:bob@lost.test' })).status, 404);
  names.mode = 'fails';
  assert.equal((await alice.ask('MESSAGE', { uri: 'sip:bob@faint.test' })).status, 504);
  names.mode = 'answers';
});

test('RFC 3261 §26.3.1: a peer with certificates is reached by TLS only, where both sides prove who they are', async () => {
  assert.equal((await alice.ask('MESSAGE', { uri: 'sip:bob@partner.test' })).status, 200);
  const via = partner.received.at(-1)!.headers.get('Via') ?? '';
  assert.match(via, /^SIP\/2\.0\/TLS /);
  desk.received.length = 0;
  const asked = await partner.asks(
    'MESSAGE',
    `alice@${DOMAIN}`,
    [[PAI, '<sip:x@partner.test>']],
    'x@partner.test',
  );
  assert.equal(asked.status, 200);
  const [request] = await desk.receives(1);
  assert.equal(request!.headers.get(PAI), '<sip:x@partner.test>');
});

test('a peer that lacks its certificate is refused, and the log says why and what to do', async () => {
  warnings.length = 0;
  for (let i = 0; i < 3; i++) {
    const response = await impostor.asks('MESSAGE', `alice@${DOMAIN}`, [], 'x@partner.test');
    assert.deepEqual([response.status, response.reason], [403, 'Certificate Needed']);
  }
  const said = warnings.filter(({ message }) => message.includes('partner'));
  assert.equal(said.length, 1);
  assert.match(said[0]!.message, /udp.*sip\.partner\.test.*tls\.peerCa/);
});

test('a phone of ours at the address of such a peer is a phone', async () => {
  const response = await impostor.asks('REGISTER', DOMAIN, [], `alice@${DOMAIN}`);
  assert.equal(response.status, 401);
});

test('RFC 3261 §16.12: a call of a peer goes through us from INVITE to BYE, by tokens that name the peer', async () => {
  desk.received.length = 0;
  // RFC 3261 §12.1.1: a user agent server copies the Record-Route into the response that makes the dialog.
  desk.answer = (asked) =>
    asked.respond(200, {
      headers: [
        ['Contact', `<${alice.contact}>`],
        ...asked.request.headers
          .getAll('Record-Route')
          .map((route): [string, string] => ['Record-Route', route]),
      ],
    });
  const invite = aRequest('INVITE', `alice@${DOMAIN}`, 'bob@edge.test', [
    ['Contact', `<sip:bob@127.0.0.3:${edge.port}>`],
  ]);
  const { promise: accepted, resolve } = Promise.withResolvers<SipResponse>();
  edge.sip.start(invite, parley('udp'), {
    response: (response) => {
      if (response.status >= 200) resolve(response);
    },
    failed: () => undefined,
  });
  const response = await accepted;
  assert.equal(response.status, 200);
  assert.equal(response.headers.get(PAI), `<sip:alice@${DOMAIN}>`);
  const within = (method: string) => {
    const request = aRequest(method, `alice@${DOMAIN}`, 'bob@edge.test', [
      ...response.headers
        .getAll('Record-Route')
        .toReversed()
        .map((route) => ['Route', route] as const),
    ]);
    for (const name of ['From', 'To', 'Call-ID']) request.headers.set(name, response.headers.get(name)!);
    request.headers.set('CSeq', `${method === 'ACK' ? 1 : 2} ${method}`);
    return { ...request, uri: parseNameAddr(response.headers.get('Contact')!)!.uri };
  };
  edge.sip.sendAck(within('ACK'), parley('udp'));
  const bye = await edge.sip.request(within('BYE'), parley('udp'));
  assert.ok(bye.kind === 'response' && bye.response.status === 200, JSON.stringify(bye));
  const [got] = await desk.receives(2);
  // And the callee's way back: the peer's own server answers, not a flow that may be gone by then.
  const before = edge.received.length;
  const info = aRequest('INFO', 'bob@edge.test', `alice@${DOMAIN}`, [
    ...got!.headers.getAll('Record-Route').map((route) => ['Route', route] as const),
  ]);
  info.headers.set('From', response.headers.get('To')!);
  info.headers.set('To', got!.headers.get('From')!);
  info.headers.set('Call-ID', got!.headers.get('Call-ID')!);
  const uri = parseNameAddr(got!.headers.get('Contact')!)!.uri;
  const informed = await desk.sip.request({ ...info, uri }, parley('udp'));
  assert.ok(informed.kind === 'response' && informed.response.status === 200);
  assert.equal(edge.received.length, before + 1);
});
