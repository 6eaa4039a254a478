import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSipUri } from '../uri.ts';
import type { DnsAnswer } from './dns-record.ts';
import { type LocateOptions, locateServers } from './locate-servers.ts';

/** What the DNS holds, by type and name; nothing else exists. */
type Zone = Readonly<Record<string, DnsAnswer>>;

const naptr = (...rows: [number, number, string, string, string?][]): DnsAnswer => ({
  kind: 'naptr',
  records: rows.map(([order, preference, service, replacement, flags = 's']) => ({
    order,
    preference,
    service,
    replacement,
    flags,
  })),
});
const srv = (...rows: [number, number, number, string][]): DnsAnswer => ({
  kind: 'srv',
  records: rows.map(([priority, weight, port, target]) => ({ priority, weight, port, target })),
});
const addresses = (...given: string[]): DnsAnswer => ({ kind: 'addresses', addresses: given });
const FAILED: DnsAnswer = { kind: 'failed' };

const OPTIONS: LocateOptions = {
  transports: ['udp', 'tcp', 'tls'],
  families: ['ipv4', 'ipv6'],
  random: () => 0.5,
};

function locate(uri: string, zone: Zone, options: Partial<LocateOptions> = {}) {
  const target = parseSipUri(uri);
  assert.ok(target, uri);
  const steps = locateServers(target, { ...OPTIONS, ...options });
  const asked: string[] = [];
  const servers: string[] = [];
  for (let answers: DnsAnswer[] = []; ; ) {
    const step = steps.next(answers);
    if (step.done) return { servers, asked, end: step.value };
    answers = [];
    if (step.value.kind === 'try') {
      for (const { transport, address, port } of step.value.servers)
        servers.push(`${transport} ${address} ${port}`);
      continue;
    }
    for (const { type, name } of step.value.questions) {
      asked.push(`${type} ${name}`);
      answers.push(zone[`${type} ${name}`] ?? { kind: 'none' });
    }
  }
}

/** RFC 3263 §4.1's own example. */
const EXAMPLE: Zone = {
  'NAPTR example.com': naptr(
    [50, 50, 'SIPS+D2T', '_sips._tcp.example.com'],
    [90, 50, 'SIP+D2T', '_sip._tcp.example.com'],
    [100, 50, 'SIP+D2U', '_sip._udp.example.com'],
  ),
  'SRV _sip._tcp.example.com': srv([0, 1, 5060, 'server1.example.com'], [0, 2, 5060, 'server2.example.com']),
  'SRV _sips._tcp.example.com': srv([0, 1, 5061, 'server1.example.com']),
  'SRV _sip._udp.example.com': srv([0, 1, 5060, 'server1.example.com']),
  'A server1.example.com': addresses('192.0.2.1'),
  'A server2.example.com': addresses('192.0.2.2'),
  'A example.com': addresses('192.0.2.80'),
};

const rows: readonly {
  readonly clause: string;
  readonly uri: string;
  readonly zone?: Zone;
  readonly options?: Partial<LocateOptions>;
  readonly servers: readonly string[];
  readonly end?: string;
  readonly asked?: readonly string[];
}[] = [
  {
    clause: 'RFC 3263 §4.1: a number without port or transport is UDP for a SIP URI',
    uri: 'sip:bob@192.0.2.7',
    servers: ['udp 192.0.2.7 5060'],
    asked: [],
  },
  {
    clause: 'RFC 3263 §4.1: and TLS for a SIPS URI',
    uri: 'sips:bob@[2001:db8::7]',
    servers: ['tls 2001:db8::7 5061'],
    asked: [],
  },
  {
    clause: 'RFC 3263 §4.2: a number with a port and a transport is used as it is',
    uri: 'sip:[2001:DB8::7]:5070;transport=TCP',
    servers: ['tcp 2001:db8::7 5070'],
    asked: [],
  },
  {
    clause: 'RFC 3263 §4.2: a name with a port has its addresses asked for, and no SRV records',
    uri: 'sip:example.com:5080',
    zone: EXAMPLE,
    servers: ['udp 192.0.2.80 5080'],
    asked: ['A example.com', 'AAAA example.com'],
  },
  {
    clause: 'RFC 3263 §4.1: a name with a port and a transport',
    uri: 'sip:example.com:5080;transport=tcp',
    zone: EXAMPLE,
    servers: ['tcp 192.0.2.80 5080'],
  },
  {
    clause: 'RFC 3263 §4.2: a named transport asks for its SRV records at once',
    uri: 'sip:example.com;transport=udp',
    zone: EXAMPLE,
    servers: ['udp 192.0.2.1 5060'],
    asked: ['SRV _sip._udp.example.com', 'A server1.example.com', 'AAAA server1.example.com'],
  },
  {
    clause: 'RFC 3263 §4.1: sips with transport=tcp means TLS',
    uri: 'sips:example.com;transport=tcp',
    zone: EXAMPLE,
    servers: ['tls 192.0.2.1 5061'],
  },
  {
    clause: 'RFC 3263 §4.1: the NAPTR record of the lowest order comes first, the others follow',
    uri: 'sip:bob@EXAMPLE.com.',
    zone: EXAMPLE,
    servers: ['tls 192.0.2.1 5061', 'tcp 192.0.2.2 5060', 'tcp 192.0.2.1 5060', 'udp 192.0.2.1 5060'],
  },
  {
    clause: 'RFC 3263 §4.1: transports that are not spoken here are discarded',
    uri: 'sip:example.com',
    zone: EXAMPLE,
    options: { transports: ['udp'] },
    servers: ['udp 192.0.2.1 5060'],
  },
  {
    clause: 'RFC 3263 §4.1: a SIPS URI never goes to another service than SIPS',
    uri: 'sips:example.com',
    zone: EXAMPLE,
    servers: ['tls 192.0.2.1 5061'],
  },
  {
    clause: 'RFC 3263 §4.1: a domain that offers SIP only without TLS has nothing for a SIPS URI',
    uri: 'sips:plain.test',
    zone: { 'NAPTR plain.test': naptr([1, 1, 'SIP+D2U', '_sip._udp.plain.test']) },
    servers: [],
    end: 'no-transport',
  },
  {
    clause: 'RFC 3403 §4.1: preference decides within one order, and case does not matter',
    uri: 'sip:p.test',
    zone: {
      'NAPTR p.test': naptr(
        [1, 20, 'sip+d2u', '_sip._udp.p.test', 'S'],
        [1, 10, 'SIP+D2T', '_sip._tcp.p.test', 's'],
      ),
      'SRV _sip._udp.p.test': srv([0, 0, 5060, 'u.p.test']),
      'SRV _sip._tcp.p.test': srv([0, 0, 5060, 't.p.test']),
      'A u.p.test': addresses('192.0.2.11'),
      'A t.p.test': addresses('192.0.2.12'),
    },
    servers: ['tcp 192.0.2.12 5060', 'udp 192.0.2.11 5060'],
  },
  {
    clause: 'RFC 3263 §4.1: NAPTR records of other services (ENUM) say nothing about SIP',
    uri: 'sip:other.test',
    zone: {
      'NAPTR other.test': naptr([1, 1, 'E2U+web:http', 'x.other.test', 'u']),
      'A other.test': addresses('192.0.2.9'),
    },
    servers: ['udp 192.0.2.9 5060'],
  },
  {
    clause: 'RFC 3263 §4.1: without NAPTR every transport that is spoken is asked for by SRV',
    uri: 'sip:nonaptr.test',
    zone: {
      'SRV _sip._tcp.nonaptr.test': srv([1, 1, 5062, 'a.nonaptr.test']),
      'A a.nonaptr.test': addresses('192.0.2.3'),
    },
    servers: ['tcp 192.0.2.3 5062'],
    asked: [
      'NAPTR nonaptr.test',
      'SRV _sip._udp.nonaptr.test',
      'SRV _sip._tcp.nonaptr.test',
      'A a.nonaptr.test',
      'AAAA a.nonaptr.test',
    ],
  },
  {
    clause: 'RFC 3263 §4.1: a DNS that fails on NAPTR is asked for SRV all the same',
    uri: 'sips:shy.test',
    zone: {
      'NAPTR shy.test': FAILED,
      'SRV _sips._tcp.shy.test': srv([1, 1, 5061, 'a.shy.test']),
      'A a.shy.test': addresses('192.0.2.4'),
    },
    servers: ['tls 192.0.2.4 5061'],
  },
  {
    clause: 'RFC 3263 §4.2: without SRV records the addresses of the domain are taken',
    uri: 'sips:bare.test',
    zone: { 'A bare.test': addresses('192.0.2.5') },
    servers: ['tls 192.0.2.5 5061'],
  },
  {
    clause: 'without an answer to SRV nobody guesses another server',
    uri: 'sip:bare.test;transport=tcp',
    zone: { 'A bare.test': addresses('192.0.2.5'), 'SRV _sip._tcp.bare.test': FAILED },
    servers: [],
    end: 'dns-failed',
  },
  {
    clause: 'RFC 3263 §4.2: the target "." means that there is no such service',
    uri: 'sip:closed.test;transport=tcp',
    zone: { 'SRV _sip._tcp.closed.test': srv([0, 0, 0, '.']), 'A closed.test': addresses('192.0.2.6') },
    servers: [],
    end: 'none',
  },
  {
    clause: 'RFC 3263 §4.2: lower priorities come first, whatever their weight',
    uri: 'sip:many.test;transport=udp',
    zone: {
      'SRV _sip._udp.many.test': srv([20, 100, 5060, 'backup.many.test'], [10, 0, 5060, 'main.many.test']),
      'A backup.many.test': addresses('192.0.2.21'),
      'A main.many.test': addresses('192.0.2.22', '192.0.2.23'),
    },
    servers: ['udp 192.0.2.22 5060', 'udp 192.0.2.23 5060', 'udp 192.0.2.21 5060'],
  },
  {
    clause:
      'RFC 7984 §3.1: a server of both families gives the addresses of both, the preferred family first',
    uri: 'sip:dual.test;transport=tls',
    zone: {
      'SRV _sips._tcp.dual.test': srv([1, 0, 5061, 'one.dual.test'], [2, 0, 5061, 'two.dual.test']),
      'A one.dual.test': addresses('192.0.2.31'),
      'AAAA one.dual.test': addresses('2001:db8::31'),
      'AAAA two.dual.test': addresses('2001:db8::32'),
    },
    options: { families: ['ipv6', 'ipv4'] },
    servers: ['tls 2001:db8::31 5061', 'tls 192.0.2.31 5061', 'tls 2001:db8::32 5061'],
  },
  {
    clause: 'a family that this machine does not have is not asked for',
    uri: 'sip:example.com:5060',
    zone: EXAMPLE,
    options: { families: ['ipv4'] },
    servers: ['udp 192.0.2.80 5060'],
    asked: ['A example.com'],
  },
  {
    clause: 'one server without addresses does not hide the next',
    uri: 'sip:half.test;transport=tcp',
    zone: {
      'SRV _sip._tcp.half.test': srv([1, 0, 5060, 'gone.half.test'], [2, 0, 5060, 'here.half.test']),
      'A here.half.test': addresses('192.0.2.41'),
    },
    servers: ['tcp 192.0.2.41 5060'],
    end: 'exhausted',
  },
  {
    clause: 'maddr does not send a request elsewhere',
    uri: 'sip:192.0.2.7;maddr=198.51.100.66',
    servers: ['udp 192.0.2.7 5060'],
  },
  {
    clause: 'a transport that is not spoken here',
    uri: 'sip:192.0.2.7;transport=sctp',
    servers: [],
    end: 'no-transport',
  },
  {
    clause: 'sips over UDP does not exist',
    uri: 'sips:192.0.2.7;transport=udp',
    servers: [],
    end: 'no-transport',
  },
  {
    clause: 'a host without TLS cannot reach a SIPS URI',
    uri: 'sips:192.0.2.7',
    options: { transports: ['udp', 'tcp'] },
    servers: [],
    end: 'no-transport',
  },
  { clause: 'a domain that does not exist', uri: 'sip:nowhere.test', servers: [], end: 'none' },
  {
    clause: 'addresses that mean everyone or nobody are no server',
    uri: 'sip:odd.test:5060',
    zone: {
      'A odd.test': addresses('0.0.0.0', '255.255.255.255', '239.1.1.1'),
      'AAAA odd.test': addresses('::', 'ff02::1'),
    },
    servers: [],
    end: 'none',
  },
];

for (const { clause, uri, zone = {}, options, servers, end, asked } of rows) {
  test(clause, () => {
    const found = locate(uri, zone, options);
    assert.deepEqual(found.servers, servers);
    assert.equal(found.end, end ?? 'exhausted');
    if (asked !== undefined) assert.deepEqual(found.asked, asked);
  });
}

test('one domain can make us ask only so much', () => {
  const targets = Array.from({ length: 500 }, (_, i): [number, number, number, string] => [
    1,
    1,
    5060,
    `s${i}.big.test`,
  ]);
  const { asked } = locate('sip:big.test;transport=udp', { 'SRV _sip._udp.big.test': srv(...targets) });
  assert.equal(asked.length, 1 + 16 * 2);
  const offers = Array.from({ length: 500 }, (_, i): [number, number, string, string] => [
    i,
    1,
    'SIP+D2U',
    `_sip._udp.s${i}.big.test`,
  ]);
  assert.equal(locate('sip:big.test', { 'NAPTR big.test': naptr(...offers) }).asked.length, 1 + 8);
});
