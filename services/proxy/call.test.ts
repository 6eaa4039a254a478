// Calls through the proxy over real sockets: two user agents that know nothing but RFC 3261 §12, and what passes between them.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { followView, type HeldView } from '@parley/platform/bus';
import {
  type ClientTransaction,
  type OpenedSipServer,
  openSipServer,
  type ServerRequest,
  systemClock,
} from '@parley/platform/net';
import { silentLog } from '@parley/platform/store/testing';
import {
  createHeaderFields,
  createRequest,
  parseNameAddr,
  type SipRequest,
  type SipResponse,
} from '@parley/protocol/sip';
import { addDevice } from '../authentication/contract.ts';
import { authenticationService } from '../authentication/service.ts';
import { createUser } from '../identity/contract.ts';
import { identityService } from '../identity/service.ts';
import type { Location } from '../registrar/contract.ts';
import { registrarService } from '../registrar/service.ts';
import { type Locations, locationView } from '../registrar/view.ts';
import { type TestProcess, testProcess } from '../testing.ts';
import { proxyService } from './service.ts';
import { TestPhone } from './testing.ts';

const DOMAIN = 'parley.test';
let server: OpenedSipServer;
let running: TestProcess;
let locations: HeldView<Locations, Location>;
const closing: AsyncDisposable[] = [];

before(async () => {
  const listen = (['udp', 'tcp'] as const).map((transport) => ({ transport, address: '127.0.0.1', port: 0 }));
  server = await openSipServer({ listen, clock: systemClock, log: silentLog });
  running = await testProcess({ sip: server });
  await running.start(identityService, authenticationService, registrarService, proxyService);
  locations = followView(running.context, locationView);
  await locations.ready;
});

after(async () => {
  for (const one of closing) await one[Symbol.asyncDispose]();
  await locations[Symbol.asyncDispose]();
  await running[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

/** What came, one at a time. */
class Inbox<T> {
  readonly #items: T[] = [];
  #arrived = Promise.withResolvers<void>();

  put(item: T): void {
    this.#items.push(item);
    this.#arrived.resolve();
    this.#arrived = Promise.withResolvers();
  }

  async next(): Promise<T> {
    for (;;) {
      const item = this.#items.shift();
      if (item !== undefined) return item;
      await this.#arrived.promise;
    }
  }
}

type Transport = 'udp' | 'tcp';

/** A user agent behind one socket, with nothing but the transactions of the SIP stack. */
class Agent {
  readonly requests = new Inbox<ServerRequest>();
  readonly acks = new Inbox<SipRequest>();
  readonly address: string;
  readonly sip: OpenedSipServer;
  readonly #phone: TestPhone;
  readonly #transport: Transport;

  private constructor(address: string, transport: Transport, sip: OpenedSipServer, phone: TestPhone) {
    this.address = address;
    this.#transport = transport;
    this.sip = sip;
    this.#phone = phone;
    sip.onRequest((request) => this.requests.put(request));
    sip.onAck((ack) => this.acks.put(ack));
  }

  static async registered(name: string, transport: Transport): Promise<Agent> {
    const { bus } = running;
    const address = `${name}@${DOMAIN}`;
    const user = await bus.call(createUser, { address, name });
    assert.ok(user.ok);
    const device = await bus.call(addDevice, { userId: user.value.userId, name: 'phone' });
    assert.ok(device.ok);
    const sip = await openSipServer({
      listen: [{ transport, address: '127.0.0.1', port: 0 }],
      clock: systemClock,
      log: silentLog,
    });
    const port = server.listening.find((one) => one.transport === transport)!.port;
    const password = device.value.password;
    const phone = TestPhone.over(sip, { transport, port, username: name, password, domain: DOMAIN });
    closing.push(phone);
    const agent = new Agent(address, transport, sip, phone);
    const registered = await phone.ask('REGISTER', {
      uri: `sip:${DOMAIN}`,
      headers: [['Contact', `<${agent.contact}>`]],
    });
    assert.equal(registered.status, 200);
    await agent.#isLocated(user.value.userId);
    return agent;
  }

  get contact(): string {
    return `sip:me@127.0.0.1:${this.sip.listening[0]!.port};transport=${this.#transport}`;
  }

  /** An INVITE with the answer to its challenge; responses but that come to the inbox. */
  async invites(callee: string, headers: readonly [string, string][] = []): Promise<Calling> {
    const calling = new Calling(this, callee);
    const first = await calling.send(this, [['Contact', `<${this.contact}>`], ...headers]);
    assert.equal(first.status, 407);
    const credentials = this.#phone.credentials(first, 'INVITE', { uri: `sip:${callee}` });
    assert.ok(credentials);
    calling.again(this, [['Contact', `<${this.contact}>`], ...headers, credentials]);
    return calling;
  }

  get server() {
    const port = server.listening.find((one) => one.transport === this.#transport)!.port;
    return { transport: this.#transport, address: '127.0.0.1', port } as const;
  }

  async #isLocated(userId: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const look = () => {
      if ((locations.current.byUser.get(userId)?.bindings.length ?? 0) > 0) resolve();
    };
    using _ = locations.onChange(look);
    look();
    await promise;
  }
}

/** One call from the caller's side. */
class Calling {
  readonly responses = new Inbox<SipResponse>();
  readonly #callId = randomUUID();
  readonly #from: string;
  readonly #callee: string;
  #sequence = 0;
  #transaction: ClientTransaction | undefined;

  constructor(caller: Agent, callee: string) {
    this.#from = `<sip:${caller.address}>;tag=${randomUUID().slice(0, 8)}`;
    this.#callee = callee;
  }

  #invite(headers: readonly [string, string][]): SipRequest {
    this.#sequence += 1;
    return createRequest({
      method: 'INVITE',
      uri: `sip:${this.#callee}`,
      headers: [
        ['Max-Forwards', '70'],
        ['From', this.#from],
        ['To', `<sip:${this.#callee}>`],
        ['Call-ID', this.#callId],
        ['CSeq', `${this.#sequence} INVITE`],
        ...headers,
      ],
    });
  }

  async send(caller: Agent, headers: readonly [string, string][]): Promise<SipResponse> {
    this.again(caller, headers);
    return await this.responses.next();
  }

  again(caller: Agent, headers: readonly [string, string][]): void {
    this.#transaction = caller.sip.start(this.#invite(headers), caller.server, {
      response: (response) => {
        if (response.status !== 100) this.responses.put(response);
      },
      failed: () => undefined,
    });
  }

  cancel(): void {
    this.#transaction?.cancel();
  }

  /** A request within the dialog that this 2xx made. */
  within(method: string, accepted: SipResponse): SipRequest {
    const routes = [...accepted.headers.getAll('Record-Route')].reverse();
    if (method !== 'ACK') this.#sequence += 1;
    return createRequest({
      method,
      uri: parseNameAddr(accepted.headers.get('Contact') ?? '')!.uri,
      headers: [
        ['Max-Forwards', '70'],
        ...routes.map((route) => ['Route', route] as const),
        ['From', this.#from],
        ['To', accepted.headers.get('To')!],
        ['Call-ID', this.#callId],
        ['CSeq', `${this.#sequence} ${method}`],
      ],
    });
  }
}

/** A request of the callee within the dialog of this INVITE. */
function backwards(method: string, invite: SipRequest, tag: string): SipRequest {
  return createRequest({
    method,
    uri: parseNameAddr(invite.headers.get('Contact') ?? '')!.uri,
    headers: [
      ['Max-Forwards', '70'],
      ...invite.headers.getAll('Record-Route').map((route) => ['Route', route] as const),
      ['From', `${invite.headers.get('To')};tag=${tag}`],
      ['To', invite.headers.get('From')!],
      ['Call-ID', invite.headers.get('Call-ID')!],
      ['CSeq', `1 ${method}`],
    ],
  });
}

function accept(server: ServerRequest, callee: Agent, tag: string): void {
  const headers = createHeaderFields(server.request.headers.entries());
  for (const name of ['Max-Forwards', 'Max-Breadth', 'Contact', 'Content-Length', 'Route'])
    headers.remove(name);
  headers.set('To', `${headers.get('To')};tag=${tag}`);
  headers.append('Contact', `<${callee.contact}>`);
  server.pass({ kind: 'response', status: 200, reason: 'OK', headers, body: new Uint8Array(0) });
}

for (const [from, to] of [
  ['udp', 'udp'],
  ['udp', 'tcp'],
  ['tcp', 'udp'],
] as const) {
  test(`RFC 3261 §16.12: a call from ${from} to ${to} goes through us from INVITE to BYE, in both directions`, async () => {
    const alice = await Agent.registered(`alice-${from}-${to}`, from);
    const bob = await Agent.registered(`bob-${from}-${to}`, to);
    const calling = await alice.invites(bob.address);
    const ringing = await bob.requests.next();
    const { headers, uri } = ringing.request;
    assert.equal(uri, bob.contact);
    assert.equal(headers.get('Max-Forwards'), '69');
    assert.equal(headers.has('Proxy-Authorization'), false);
    assert.equal(headers.getAll('Via').length, 2);
    assert.equal(headers.getAll('Record-Route').length, 2);
    ringing.respond(180);
    assert.equal((await calling.responses.next()).status, 180);
    accept(ringing, bob, 'bobs');
    const accepted = await calling.responses.next();
    assert.equal(accepted.status, 200);
    assert.equal(accepted.headers.getAll('Via').length, 1);
    alice.sip.sendAck(calling.within('ACK', accepted), alice.server);
    const ack = await bob.acks.next();
    assert.equal(ack.uri, bob.contact);
    assert.equal(ack.headers.has('Route'), false);
    assert.equal(ack.headers.getAll('Via').length, 2);

    const told = bob.sip.request(backwards('INFO', ringing.request, 'bobs'), bob.server);
    const info = await alice.requests.next();
    assert.equal(info.request.method, 'INFO');
    assert.equal(info.request.uri, alice.contact);
    info.respond(200);
    const answered = await told;
    assert.equal(answered.kind === 'response' && answered.response.status, 200);

    const ended = alice.sip.request(calling.within('BYE', accepted), alice.server);
    const bye = await bob.requests.next();
    assert.equal(bye.request.method, 'BYE');
    bye.respond(200);
    const outcome = await ended;
    assert.equal(outcome.kind === 'response' && outcome.response.status, 200);
  });
}

test('RFC 3261 §16.10: the CANCEL of the caller reaches the device with its Reason, and the caller hears 487', async () => {
  const alice = await Agent.registered('alice-cancels', 'udp');
  const bob = await Agent.registered('bob-rings', 'udp');
  const calling = await alice.invites(bob.address);
  const ringing = await bob.requests.next();
  const gaveUp = new Promise<SipRequest>((resolve) =>
    ringing.onCancel((cancel) => {
      resolve(cancel);
      ringing.respond(487);
    }),
  );
  ringing.respond(180);
  assert.equal((await calling.responses.next()).status, 180);
  calling.cancel();
  await gaveUp;
  assert.equal((await calling.responses.next()).status, 487);
});

test('RFC 3261 §16.7: what the device refuses with goes back to the caller', async () => {
  const alice = await Agent.registered('alice-waits', 'udp');
  const bob = await Agent.registered('bob-talks', 'udp');
  const calling = await alice.invites(bob.address);
  (await bob.requests.next()).respond(486);
  assert.equal((await calling.responses.next()).status, 486);
});

test('RFC 3261 §16.4: nobody without the flow of an end speaks in its dialog', async () => {
  const alice = await Agent.registered('alice-speaks', 'udp');
  const bob = await Agent.registered('bob-speaks', 'udp');
  const calling = await alice.invites(bob.address);
  const ringing = await bob.requests.next();
  accept(ringing, bob, 'bobs');
  const accepted = await calling.responses.next();
  const mallory = await openSipServer({
    listen: [{ transport: 'udp', address: '127.0.0.1', port: 0 }],
    clock: systemClock,
    log: silentLog,
  });
  closing.push(mallory);
  const outcome = await mallory.request(calling.within('BYE', accepted), alice.server);
  assert.equal(outcome.kind === 'response' && outcome.response.status, 407);
});
