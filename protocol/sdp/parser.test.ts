import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DEFAULT_SDP_LIMITS } from './limits.ts';
import { parseSdp } from './parser.ts';
import { sdpText, serializeSdp } from './serializer.ts';
import { read, sdp } from './testing/ends.ts';

const folder = join(import.meta.dirname, '../../spec/corpora/sdp');
const corpus = (name: string) => new Uint8Array(readFileSync(join(folder, name)));

/** What a phone is forgiven, by file. Those that are not named are right. */
const notes: Readonly<Record<string, readonly string[]>> = {
  'all-lines.sdp': ['k= line was left out'],
  'bundle-only-chromium.sdp': [],
  'cheap-phone-offer.sdp': [
    'lines end in LF, not in CR LF',
    'username of o= has spaces',
    'numbers of o= are no numbers',
    'no s= line',
    'no t= line',
  ],
  'lies.sdp': ['s= is empty', 'c= says IP4 and has an IPv6 address', 't= cannot be read and counts as 0 0'],
};

for (const name of readdirSync(folder)) {
  test(`${name} is read, and what is wrong with it is told`, () => {
    const parsed = parseSdp(corpus(name));
    assert(parsed.ok, JSON.stringify(parsed));
    assert.deepEqual(
      parsed.notes.map(({ reason }) => reason),
      notes[name] ?? [],
    );
  });
}

test('browsers and phones get back what they wrote, byte for byte', () => {
  const differing = Object.keys(notes).filter((name) => name !== 'bundle-only-chromium.sdp');
  for (const name of readdirSync(folder)) {
    if (differing.includes(name)) continue;
    const written = new TextDecoder().decode(serializeSdp(read(corpus(name))));
    // Space behind the formats means nothing, and bandwidth has its place.
    const original = new TextDecoder().decode(corpus(name)).replace(' \r\n', '\r\n');
    assert.equal(written, original, name);
  }
});

test('8866 §5: every line has its place', () => {
  const description = read(corpus('all-lines.sdp'));
  assert.equal(description.origin.sessionId, '3724394400');
  assert.equal(description.name, 'Call to John Smith');
  assert.equal(description.information, 'SDP Offer #1');
  assert.equal(description.uri, 'http://www.jdoe.example.com/home.html');
  assert.deepEqual(description.emails, ['Jane Doe <jane@jdoe.example.com>']);
  assert.deepEqual(description.phones, ['+1 617 555-6011']);
  assert.deepEqual(description.connection, {
    netType: 'IN',
    addressType: 'IP4',
    address: '224.2.1.1',
    ttl: 127,
    count: 3,
  });
  assert.deepEqual(description.bandwidths, [{ type: 'CT', value: 128 }]);
  const repeat = { intervalS: 604_800, durationS: 3_600, offsetsS: [0, 90_000] };
  assert.deepEqual(description.times, [
    { start: 3724394400, stop: 3724398000, repeats: [repeat, repeat] },
    { start: 3730536000, stop: 3730539600, repeats: [] },
  ]);
  assert.deepEqual(description.timeZones, [
    { time: 3730928400, offsetS: -3_600 },
    { time: 3749680800, offsetS: 0 },
  ]);
  const [audio] = description.media;
  assert.deepEqual(
    [audio?.kind, audio?.port, audio?.portCount, audio?.protocol, audio?.formats, audio?.information],
    ['audio', 49_170, 2, 'RTP/AVP', ['0'], 'The sound'],
  );
  assert.deepEqual(audio?.connections, [
    { netType: 'IN', addressType: 'IP6', address: 'ff15::101', count: 3 },
  ]);
  assert.deepEqual(audio?.attributes, [
    { name: 'x-unknown', value: '  kept  as it is ' },
    { name: 'x-empty', value: '' },
  ]);
});

test('what is not UTF-8 is passed on byte for byte', () => {
  const bytes = new Uint8Array([...new TextEncoder().encode(sdp('a=x-name:M')), 0x0a]);
  bytes[bytes.length - 4] = 0xfc;
  const description = read(bytes);
  assert.equal(description.charset, 'iso-8859-1');
  assert.deepEqual([...serializeSdp(description)], [...bytes.subarray(0, -1)]);
});

/** Where the first line behind the session's own begins. */
const HEAD = sdp().length;

const refused: readonly (readonly [string, string, number])[] = [
  ['', 'no description', 0],
  ['hello', 'description does not begin with v=0', 0],
  ['v=1\r\n', 'description does not begin with v=0', 0],
  ['\ufeffv=0\r\n', 'description does not begin with v=0', 0],
  ['v=0\r\ns=-\r\nt=0 0\r\n', 'no o= line', 0],
  ['v=0\r\no=- 1 1 IN IP4\r\n', 'o= has not six parts', 5],
  [sdp('o=- 2 2 IN IP4 192.0.2.2'), 'second o= line', HEAD],
  [sdp('c=IN IP4 192.0.2.2'), 'second c= line of the session', HEAD],
  [sdp('v=0'), 'second v= line', HEAD],
  [sdp('c = IN IP4 192.0.2.2'), 'line is not of the form "x=…"', HEAD],
  [sdp('m=audio 70000 RTP/AVP 0'), 'port of m= cannot be read', HEAD],
  [sdp('m=audio -1 RTP/AVP 0'), 'port of m= cannot be read', HEAD],
  [sdp('m=audio 1e3 RTP/AVP 0'), 'port of m= cannot be read', HEAD],
  [sdp('m=audio 5000/0 RTP/AVP 0'), 'port of m= cannot be read', HEAD],
  [sdp('m=audio'), 'm= has less than a kind, a port and a protocol', HEAD],
  [sdp('m=audio 5000 RTP/AVP 0', 'c=IN IP4 1.2.3.4/1/2/3'), 'c= cannot be read', HEAD + 24],
  [sdp('a=x:\0'), 'NUL in the description', HEAD + 4],
  [sdp('a=x:\ry'), 'CR within a line', HEAD],
  [sdp('a=ü', 'm=audio x RTP/AVP 0'), 'port of m= cannot be read', HEAD + 6],
];

for (const [text, reason, offset] of refused) {
  test(`refused: ${JSON.stringify(text.slice(-30))}`, () => {
    assert.deepEqual(parseSdp(new TextEncoder().encode(text)), { ok: false, reason, offset });
  });
}

test('every size has its limit', () => {
  const lines = (count: number, line: string) => Array.from({ length: count }, () => line);
  const attempts: readonly (readonly [string, RegExp])[] = [
    [sdp(...lines(10_000, 'm=audio 9 RTP/AVP 0')), /more than 256 m= lines/],
    [sdp(...lines(100_000, 'm=audio 9 RTP/AVP 0')), /larger than 262144 bytes/],
    [sdp(`a=fmtp:96 ${'x'.repeat(10_000)}`), /longer than 8192/],
    [sdp(...lines(1_025, 'a=x')), /more than 1024 attributes/],
    [sdp(`m=audio 9 RTP/AVP ${lines(129, '0').join(' ')}`), /more than 128 formats/],
    [sdp(...lines(200, 'b=AS:1')), /more than 128 lines that are no attributes/],
  ];
  for (const [text, reason] of attempts) {
    const parsed = parseSdp(text);
    assert(!parsed.ok);
    assert.match(parsed.reason, reason);
  }
  const small = parseSdp(sdp('a=x'), { ...DEFAULT_SDP_LIMITS, maxAttributes: 0 });
  assert(!small.ok);
});

test('notes are told once each, with the line where it began', () => {
  const parsed = parseSdp(
    sdp('x=1', 'x=2', '', 'm=audio 5000 RTP/AVP 0', 'a=y', 'b=AS:64', 'k=prompt', 'b=AS'),
  );
  assert(parsed.ok);
  assert.deepEqual(parsed.notes, [
    { reason: 'line x= is unknown here and was left out', offset: HEAD },
    { reason: 'empty line', offset: HEAD + 10 },
    { reason: 'line b= is not in its place', offset: HEAD + 41 },
    { reason: 'line k= is not in its place', offset: HEAD + 50 },
    { reason: 'k= line was left out', offset: HEAD + 50 },
    { reason: 'b= line cannot be read and was left out', offset: HEAD + 60 },
  ]);
  assert.deepEqual(parsed.description.media[0]?.bandwidths, [{ type: 'AS', value: 64 }]);
});

test('a value with a line break is never written', () => {
  const description = read(sdp('m=audio 5000 RTP/AVP 0'));
  const evil = { name: 'x', value: 'y\r\na=crypto:1' };
  assert.throws(() => sdpText({ ...description, attributes: [evil] }), TypeError);
  assert.throws(() => sdpText({ ...description, name: 'a\nb' }), TypeError);
  assert.throws(() => sdpText({ ...description, attributes: [{ name: 'a:b' }] }), TypeError);
});
