// The locator over a real name server: what it asks, remembers and avoids.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { parseSipUri } from '@parley/protocol/sip';
import { type DnsZone, startNameServer } from './dns-testing.ts';
import { type Located, openLocator } from './locate.ts';
import { DnsResolver } from './resolver.ts';
import type { Destination } from './sip-server.ts';
import { fakeClock } from './testing.ts';

const ZONE: DnsZone = {
  'example.com': [
    { type: 'NAPTR', order: 10, service: 'SIPS+D2T', replacement: '_sips._tcp.example.com' },
    { type: 'NAPTR', order: 20, service: 'SIP+D2U', replacement: '_sip._udp.example.com' },
  ],
  '_sips._tcp.example.com': [{ type: 'SRV', port: 5061, target: 'a.example.com' }],
  '_sip._udp.example.com': [{ type: 'SRV', port: 5060, target: 'b.example.com' }],
  'a.example.com': [{ type: 'A', address: '192.0.2.1' }],
  'b.example.com': [
    { type: 'A', address: '192.0.2.2' },
    { type: 'AAAA', address: '2001:db8::2' },
  ],
  'short.example.com': [{ type: 'A', address: '192.0.2.3', ttlS: 7 }],
};

async function stage(t: TestContext) {
  const server = await startNameServer(ZONE);
  t.after(() => server[Symbol.asyncDispose]());
  const clock = fakeClock();
  const options = { clock, servers: [server.address], limits: { tryMs: 100 } };
  const locator = openLocator({ ...options, families: ['ipv4', 'ipv6'], random: () => 0 });
  const resolver = new DnsResolver(options);
  t.after(() => locator[Symbol.dispose]());
  t.after(() => resolver[Symbol.dispose]());
  const locate = (uri: string) => locator.locate(parseSipUri(uri)!);
  return { server, clock, locator, resolver, locate };
}

async function all(located: Located) {
  const servers: string[] = [];
  for (;;) {
    const next = await located.next();
    if (next.done === true) return { servers, end: next.value };
    servers.push(shown(next.value));
  }
}

function shown({ transport, address, port }: Destination): string {
  return `${transport} ${address} ${port}`;
}

test('RFC 3263 §4: NAPTR, SRV and addresses come from the name server', async (t) => {
  const { locate } = await stage(t);
  assert.deepEqual(await all(locate('sip:bob@example.com')), {
    servers: ['tls 192.0.2.1 5061', 'udp 192.0.2.2 5060', 'udp 2001:db8::2 5060'],
    end: 'exhausted',
  });
});

test('RFC 5922 §7.2: a TLS server has to prove the domain of the URI, not the name that the DNS gave', async (t) => {
  const { locate } = await stage(t);
  const first = await locate('sip:bob@example.com').next();
  assert.deepEqual((first.value as Destination).certificateNames, ['example.com']);
});

test('what is not wanted is not asked for', async (t) => {
  const { server, locate } = await stage(t);
  for await (const { address } of locate('sip:bob@example.com')) {
    assert.equal(address, '192.0.2.1');
    break;
  }
  assert.ok(!server.asked.includes('A b.example.com'), server.asked.join());
});

test('RFC 3263 §4.3: a server that failed is tried last until its rest is over', async (t) => {
  const { clock, locator, locate } = await stage(t);
  const [first] = await servers(locate('sip:example.com'));
  locator.failed(first!);
  assert.deepEqual((await servers(locate('sip:example.com'))).map(shown), [
    'udp 192.0.2.2 5060',
    'udp 2001:db8::2 5060',
    'tls 192.0.2.1 5061',
  ]);
  clock.advance(10_001);
  assert.equal(shown((await servers(locate('sip:example.com')))[0]!), 'tls 192.0.2.1 5061');
});

test('RFC 3263 §4.3: one that worked again is first again at once', async (t) => {
  const { locator, locate } = await stage(t);
  const [first] = await servers(locate('sip:example.com'));
  locator.failed(first!);
  locator.worked(first!);
  assert.equal(shown((await servers(locate('sip:example.com')))[0]!), 'tls 192.0.2.1 5061');
});

test('RFC 3261 §21.5.4: one that asked for time by Retry-After is not tried before', async (t) => {
  const { clock, locator, locate } = await stage(t);
  const only: Destination = { transport: 'udp', address: '192.0.2.9', port: 5060 };
  locator.failed(only, 120);
  assert.deepEqual(await all(locate('sip:192.0.2.9')), { servers: [], end: 'resting' });
  clock.advance(120_001);
  assert.deepEqual((await all(locate('sip:192.0.2.9'))).servers, ['udp 192.0.2.9 5060']);
});

test('an answer lives as long as its TTL says', async (t) => {
  const { server, clock, resolver } = await stage(t);
  const ask = () => resolver.ask({ type: 'A', name: 'short.example.com' });
  const expected = { kind: 'addresses', addresses: ['192.0.2.3'] };
  assert.deepEqual(await ask(), expected);
  clock.advance(6_999);
  assert.deepEqual(await ask(), expected);
  assert.equal(server.asked.length, 1);
  clock.advance(2);
  await ask();
  assert.equal(server.asked.length, 2);
});

test('many who ask the same at the same time cost one question', async (t) => {
  const { server, resolver } = await stage(t);
  await Promise.all(Array.from({ length: 20 }, () => resolver.ask({ type: 'A', name: 'a.example.com' })));
  assert.equal(server.asked.length, 1);
});

test('that a name does not exist is remembered for a while', async (t) => {
  const { server, clock, resolver } = await stage(t);
  const ask = () => resolver.ask({ type: 'SRV', name: '_sip._tcp.nowhere.test' });
  assert.deepEqual([await ask(), await ask()], [{ kind: 'none' }, { kind: 'none' }]);
  assert.equal(server.asked.length, 1);
  clock.advance(30_001);
  await ask();
  assert.equal(server.asked.length, 2);
});

for (const mode of ['fails', 'silent'] as const) {
  test(`RFC 8767 §4: while the DNS ${mode === 'fails' ? 'fails' : 'is silent'}, what was known stays in use, within a bound`, async (t) => {
    const { server, clock, resolver } = await stage(t);
    const ask = () => resolver.ask({ type: 'A', name: 'a.example.com' });
    await ask();
    server.mode = mode;
    clock.advance(30 * 60_000);
    assert.equal((await ask()).kind, 'addresses');
    clock.advance(2 * 60 * 60_000);
    assert.deepEqual(await ask(), { kind: 'failed' });
  });
}

test('a DNS that is away is not asked again for every request', async (t) => {
  const { server, clock, resolver } = await stage(t);
  server.mode = 'fails';
  const ask = () => resolver.ask({ type: 'A', name: 'a.example.com' });
  await ask();
  const { length } = server.asked;
  await ask();
  assert.equal(server.asked.length, length);
  server.mode = 'answers';
  clock.advance(5_001);
  assert.equal((await ask()).kind, 'addresses');
});

test('no more answers are remembered than the limit', async (t) => {
  const { server, clock } = await stage(t);
  using small = new DnsResolver({ clock, servers: [server.address], limits: { entries: 2 } });
  for (const name of ['a.example.com', 'b.example.com', 'short.example.com', 'a.example.com'])
    await small.ask({ type: 'A', name });
  assert.equal(server.asked.filter((asked) => asked === 'A a.example.com').length, 2);
});

test('names that only this machine knows are found without a name server of ours', async () => {
  using resolver = new DnsResolver({ clock: fakeClock(), limits: { tryMs: 200 } });
  assert.deepEqual(await resolver.ask({ type: 'A', name: 'localhost' }), {
    kind: 'addresses',
    addresses: ['127.0.0.1'],
  });
});

async function servers(located: Located): Promise<Destination[]> {
  const found: Destination[] = [];
  for await (const destination of located) found.push(destination);
  return found;
}
