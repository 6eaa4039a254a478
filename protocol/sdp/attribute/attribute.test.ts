// Every attribute: what is read, that it is written as it was, and what is refused.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as sdp from '../index.ts';
import { cryptoKeyBytes, parseCrypto, parseTelephoneEvents } from '../index.ts';

interface Form {
  readonly parse: (value: string) => unknown;
  readonly serialize?: (value: never) => string;
  /** Value, and what it is. */
  readonly good: readonly (readonly [text: string, value: unknown])[];
  /** Read as well, but written in another way. */
  readonly lenient?: readonly (readonly [text: string, value: unknown])[];
  readonly bad: readonly string[];
}

const key30 = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd';
const sha1 = '4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB';
const host = {
  foundation: '1',
  component: 1,
  transport: 'udp',
  priority: 2130706431,
  address: '192.0.2.1',
  port: 3478,
  type: 'host',
  extensions: [],
};

const forms: Readonly<Record<string, Form>> = {
  rtpmap: {
    parse: sdp.parseRtpmap,
    serialize: sdp.serializeRtpmap,
    good: [
      ['0 PCMU/8000', { payloadType: 0, name: 'PCMU', clockRate: 8000 }],
      ['111 opus/48000/2', { payloadType: 111, name: 'opus', clockRate: 48_000, channels: 2 }],
    ],
    lenient: [['9  G722/8000 ', { payloadType: 9, name: 'G722', clockRate: 8000 }]],
    bad: [
      '',
      '128 x/8000',
      '0 PCMU',
      '0 /8000',
      '0 PCMU/0',
      '0 PCMU/8000/0',
      '0 PCMU/8000/1/1',
      '-1 x/1',
      '0 a b/8000',
    ],
  },
  fmtp: {
    parse: sdp.parseFmtp,
    serialize: sdp.serializeFmtp,
    good: [['101 0-15', { format: '101', parameters: '0-15' }]],
    bad: ['', ' x'],
  },
  rtcp: {
    parse: sdp.parseRtcp,
    serialize: sdp.serializeRtcp,
    good: [
      ['53020', { port: 53_020 }],
      [
        '53020 IN IP6 2001:db8::1',
        { port: 53_020, connection: { netType: 'IN', addressType: 'IP6', address: '2001:db8::1' } },
      ],
    ],
    bad: ['', '65536', '53020 IN IP4'],
  },
  'rtcp-fb': {
    parse: sdp.parseRtcpFeedback,
    serialize: sdp.serializeRtcpFeedback,
    good: [
      ['* nack', { payloadType: '*', type: 'nack' }],
      ['96 ccm tmmbr smaxpr=120', { payloadType: 96, type: 'ccm', parameter: 'tmmbr smaxpr=120' }],
    ],
    bad: ['', '96', '128 nack', 'x nack'],
  },
  extmap: {
    parse: sdp.parseExtmap,
    serialize: sdp.serializeExtmap,
    good: [
      ['1 urn:x', { id: 1, uri: 'urn:x' }],
      [
        '4096/sendonly urn:x long word',
        { id: 4096, direction: 'sendonly', uri: 'urn:x', parameters: 'long word' },
      ],
    ],
    bad: ['', '0 urn:x', '256 urn:x', '5000 urn:x', '1', '1/both urn:x', '1/sendonly/x urn:x'],
  },
  crypto: {
    parse: sdp.parseCrypto,
    serialize: sdp.serializeCrypto,
    good: [
      [
        `1 AES_CM_128_HMAC_SHA1_80 inline:${key30}`,
        { tag: 1, suite: 'AES_CM_128_HMAC_SHA1_80', keys: [{ inline: key30 }], sessionParameters: [] },
      ],
      [
        `2 AES_CM_128_HMAC_SHA1_32 inline:${key30}|2^20|1:4;inline:${key30}|2:4 KDR=1 -x`,
        {
          tag: 2,
          suite: 'AES_CM_128_HMAC_SHA1_32',
          keys: [
            { inline: key30, lifetimePackets: 2 ** 20, mki: { value: 1, lengthBytes: 4 } },
            { inline: key30, mki: { value: 2, lengthBytes: 4 } },
          ],
          sessionParameters: ['KDR=1', '-x'],
        },
      ],
      [
        `3 LATER inline:abc|1000`,
        { tag: 3, suite: 'LATER', keys: [{ inline: 'abc', lifetimePackets: 1000 }], sessionParameters: [] },
      ],
    ],
    bad: [
      '',
      `0 AES_CM_128_HMAC_SHA1_80 inline:${key30}`,
      `1 AES_CM_128_HMAC_SHA1_80 inline:${key30}AAAA`,
      '1 AES_CM_128_HMAC_SHA1_80 inline:c2hvcnQ=',
      `1 AES_CM_128_HMAC_SHA1_80 uri:${key30}`,
      `1 AES_CM_128_HMAC_SHA1_80 inline:${key30}|2^49`,
      `1 AES_CM_128_HMAC_SHA1_80 inline:${key30}|1:4|2^20`,
      `1 AES_CM_128_HMAC_SHA1_80 inline:${key30}|1:0`,
      `1 AES_CM_128_HMAC_SHA1_80 inline:${key30}|2^3|1:4|x`,
    ],
  },
  fingerprint: {
    parse: sdp.parseFingerprint,
    serialize: sdp.serializeFingerprint,
    good: [
      [`sha-1 ${sha1}`, { hash: 'sha-1', value: sha1 }],
      ['later 00:11', { hash: 'later', value: '00:11' }],
    ],
    lenient: [[`SHA-1 ${sha1.toLowerCase()}`, { hash: 'sha-1', value: sha1 }]],
    bad: [
      '',
      'sha-1',
      'sha-1 00:11',
      `sha-256 ${sha1}`,
      `sha-1 ${sha1} x`,
      'later 0:11',
      'later 00:',
      'later 00:1G',
    ],
  },
  setup: {
    parse: sdp.parseSetup,
    good: [
      ['actpass', 'actpass'],
      ['Active ', 'active'],
    ],
    bad: ['', 'both'],
  },
  candidate: {
    parse: sdp.parseCandidate,
    serialize: sdp.serializeCandidate,
    good: [
      ['1 1 udp 2130706431 192.0.2.1 3478 typ host', host],
      [
        '1 1 udp 2130706431 192.0.2.1 3478 typ srflx raddr 10.0.0.1 rport 9 generation 0 ufrag abcd',
        {
          ...host,
          type: 'srflx',
          relatedAddress: '10.0.0.1',
          relatedPort: 9,
          extensions: [
            ['generation', '0'],
            ['ufrag', 'abcd'],
          ],
        },
      ],
      ['1 1 udp 2130706431 192.0.2.1 3478 typ host tcptype passive', { ...host, tcpType: 'passive' }],
    ],
    lenient: [['candidate:1 1 udp 2130706431 192.0.2.1 3478 typ host', host]],
    bad: [
      '',
      '1 0 udp 1 192.0.2.1 1 typ host',
      '1 257 udp 1 192.0.2.1 1 typ host',
      '1 1 udp 4294967296 192.0.2.1 1 typ host',
      '1 1 udp 1 192.0.2.1 65536 typ host',
      '1 1 udp 1 192.0.2.1 1 type host',
      '1 1 udp 1 192.0.2.1 1 typ',
      '1 1 udp 1 192.0.2.1 1 typ host generation',
      '1 1 udp 1 192.0.2.1 1 typ host rport x',
      `${'1'.repeat(33)} 1 udp 1 192.0.2.1 1 typ host`,
      '1_ 1 udp 1 192.0.2.1 1 typ host',
    ],
  },
  'remote-candidates': {
    parse: sdp.parseRemoteCandidates,
    serialize: sdp.serializeRemoteCandidates,
    good: [
      [
        '1 192.0.2.1 3478 2 192.0.2.1 3479',
        [
          { component: 1, address: '192.0.2.1', port: 3478 },
          { component: 2, address: '192.0.2.1', port: 3479 },
        ],
      ],
    ],
    bad: ['', '1 192.0.2.1', '0 192.0.2.1 1', '1 192.0.2.1 x'],
  },
  'ice-options': {
    parse: sdp.parseIceOptions,
    good: [['trickle ice2', ['trickle', 'ice2']]],
    bad: ['', 'a,b'],
  },
  'ice-pacing': { parse: sdp.parseIcePacing, good: [['50', 50]], bad: ['', 'x', '4294967296'] },
  group: {
    parse: sdp.parseGroup,
    serialize: sdp.serializeGroup,
    good: [
      ['BUNDLE 0 1', { semantics: 'BUNDLE', mids: ['0', '1'] }],
      ['LS', { semantics: 'LS', mids: [] }],
    ],
    bad: ['', 'BUNDLE a,b'],
  },
  mid: { parse: sdp.parseMid, good: [['audio', 'audio']], bad: ['', 'a b', 'x'.repeat(256)] },
  msid: {
    parse: sdp.parseMsid,
    serialize: sdp.serializeMsid,
    good: [
      ['- t', { stream: '-', track: 't' }],
      ['{a} {b}', { stream: '{a}', track: '{b}' }],
      ['s', { stream: 's' }],
    ],
    bad: ['', 'a b c'],
  },
  ssrc: {
    parse: sdp.parseSsrc,
    serialize: sdp.serializeSsrc,
    good: [
      ['4294967295 cname:a:b', { ssrc: 4294967295, name: 'cname', value: 'a:b' }],
      ['1 x', { ssrc: 1, name: 'x' }],
    ],
    bad: ['', '1', '4294967296 x', 'x y'],
  },
  'ssrc-group': {
    parse: sdp.parseSsrcGroup,
    serialize: sdp.serializeSsrcGroup,
    good: [['FID 1 2', { semantics: 'FID', ssrcs: [1, 2] }]],
    bad: ['', 'FID x', 'FID 4294967296'],
  },
  rid: {
    parse: sdp.parseRid,
    serialize: sdp.serializeRid,
    good: [
      ['hi send', { id: 'hi', direction: 'send', restrictions: [] }],
      [
        '1 recv pt=96,97;max-width=1280;x',
        {
          id: '1',
          direction: 'recv',
          payloadTypes: [96, 97],
          restrictions: [
            ['max-width', '1280'],
            ['x', undefined],
          ],
        },
      ],
    ],
    bad: ['', 'hi', 'hi both', 'h! send', 'hi send pt=128', 'hi send pt=1;pt=2', 'hi send ;'],
  },
  simulcast: {
    parse: sdp.parseSimulcast,
    serialize: sdp.serializeSimulcast,
    good: [
      [
        'send 1,~4;2 recv c',
        {
          send: [
            [
              { rid: '1', isPaused: false },
              { rid: '4', isPaused: true },
            ],
            [{ rid: '2', isPaused: false }],
          ],
          recv: [[{ rid: 'c', isPaused: false }]],
        },
      ],
    ],
    lenient: [
      [' send rid=hi;lo', { send: [[{ rid: 'hi', isPaused: false }], [{ rid: 'lo', isPaused: false }]] }],
    ],
    bad: ['', 'send', 'send 1 send 2', 'send 1 recv', 'both 1', 'send ;', 'send ~', 'send 1,'],
  },
  ptime: {
    parse: sdp.parsePacketTime,
    serialize: sdp.serializePacketTime,
    good: [
      ['20', 20],
      ['2.5', 2.5],
    ],
    bad: ['', '0', '-20', '20ms', '1e3', '10001', '0.0'],
  },
  'sctp-port': { parse: sdp.parseSctpPort, good: [['5000', 5000]], bad: ['', '0', '65536'] },
  sctpmap: { parse: sdp.parseSctpmap, good: [['5000 webrtc-datachannel 1024', 5000]], bad: ['', 'x'] },
  'max-message-size': { parse: sdp.parseMaxMessageSize, good: [['0', 0]], bad: ['', '-1'] },
};

for (const [name, { parse, serialize, good, lenient = [], bad }] of Object.entries(forms)) {
  test(`a=${name}`, () => {
    for (const [text, value] of [...good, ...lenient]) assert.deepEqual(parse(text), value, text);
    for (const [text, value] of good)
      if (serialize !== undefined) assert.equal(serialize(value as never), text);
    for (const text of bad) assert.equal(parse(text), undefined, text);
  });
}

test('4733 §2.4.1: the events of a receiver', () => {
  assert.deepEqual(parseTelephoneEvents('0-2, 16,66-67'), [0, 1, 2, 16, 66, 67]);
  assert.equal(parseTelephoneEvents('')?.length, 16);
  for (const text of ['x', '5-1', '0-256', '1-2-3', '0-', ','])
    assert.equal(parseTelephoneEvents(text), undefined);
  assert.equal(sdp.serializeTelephoneEvents([67, 0, 2, 1, 66, 16]), '0-2,16,66-67');
});

test('parameters of formats, whatever the case and the spaces', () => {
  const parameters = sdp.formatParameters('Profile-Level-ID=42e01f; packetization-mode = 1;;x;y');
  assert.deepEqual(
    [...parameters],
    [
      ['profile-level-id', '42e01f'],
      ['packetization-mode', '1'],
      ['', 'x'],
    ],
  );
  assert.equal(
    sdp.serializeFormatParameters(
      new Map([
        ['a', '1'],
        ['b', '2'],
      ]),
    ),
    'a=1;b=2',
  );
  assert.equal(sdp.formatParameters(';'.repeat(8_000)).size, 0);
  assert.deepEqual(sdp.parseRedundancy('111/111'), [111, 111]);
  assert.equal(sdp.parseRedundancy('111/x'), undefined);
});

test('4568 §6.1: the key of a suite has its length, with padding or without', () => {
  const [key] = parseCrypto(`1 AES_CM_128_HMAC_SHA1_80 inline:${key30}`)?.keys ?? [];
  assert(key);
  const bytes = cryptoKeyBytes('AES_CM_128_HMAC_SHA1_80', key);
  assert.deepEqual(
    [...(bytes?.key ?? [])],
    Array.from({ length: 16 }, (_, at) => at),
  );
  assert.deepEqual(
    [...(bytes?.salt ?? [])],
    Array.from({ length: 14 }, (_, at) => 16 + at),
  );
  assert.equal(cryptoKeyBytes('LATER', key), undefined);
  const padded = Buffer.from(new Uint8Array(46)).toString('base64');
  for (const inline of [padded, padded.replaceAll('=', '')])
    assert.equal(cryptoKeyBytes('AES_256_CM_HMAC_SHA1_80', { inline })?.key.length, 32);
});

test('3264 §6.1: what may be answered to a direction', () => {
  const table = {
    sendrecv: ['sendrecv', 'sendonly', 'recvonly', 'inactive'],
    sendonly: ['recvonly', 'inactive', 'recvonly', 'inactive'],
    recvonly: ['sendonly', 'sendonly', 'inactive', 'inactive'],
    inactive: ['inactive', 'inactive', 'inactive', 'inactive'],
  };
  for (const offered of sdp.DIRECTIONS)
    assert.deepEqual(
      sdp.DIRECTIONS.map((wanted) => sdp.answeredDirection(offered, wanted)),
      table[offered],
    );
});

test('3264 §8.4: who is put on hold hears at most music', () => {
  assert.deepEqual(sdp.DIRECTIONS.map(sdp.heldDirection), ['sendonly', 'sendonly', 'inactive', 'inactive']);
});

test('4145 §4.1 and 8842 §5.3: who answers with what, and who is the client', () => {
  assert.equal(sdp.answeredSetup('actpass', 'active'), 'active');
  assert.equal(sdp.answeredSetup('actpass', 'passive'), 'passive');
  assert.equal(sdp.answeredSetup('active', 'active'), 'passive');
  assert.equal(sdp.answeredSetup('passive', 'passive'), 'active');
  assert.equal(sdp.answeredSetup('holdconn', 'active'), undefined);
  assert.equal(sdp.dtlsRole('actpass', 'active'), 'server');
  assert.equal(sdp.dtlsRole('actpass', 'passive'), 'client');
  assert.equal(sdp.dtlsRole('active', 'active'), undefined);
  assert.equal(sdp.dtlsRole('actpass', 'actpass'), undefined);
});

test('sections gain and lose attributes', () => {
  const section = { attributes: [{ name: 'a' }, { name: 'b', value: '1' }, { name: 'b', value: '2' }] };
  assert.deepEqual(sdp.attributeValues(section, 'b'), ['1', '2']);
  assert.deepEqual(sdp.withAttribute(section, 'b', '3').attributes, [
    { name: 'a' },
    { name: 'b', value: '3' },
  ]);
  assert.deepEqual(sdp.withAttribute(section, 'c').attributes.at(-1), { name: 'c' });
  assert.deepEqual(sdp.withoutAttributes(section, 'b').attributes, [{ name: 'a' }]);
});
