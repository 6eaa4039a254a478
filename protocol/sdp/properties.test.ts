import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseCandidate, serializeCandidate } from './attribute/candidate.ts';
import { parseCrypto, serializeCrypto } from './attribute/crypto.ts';
import { DIRECTIONS } from './attribute/direction.ts';
import { parseRid, serializeRid } from './attribute/rid.ts';
import { parseSimulcast, serializeSimulcast } from './attribute/simulcast.ts';
import type { SessionDescription } from './description.ts';
import { agree } from './negotiation/agreement.ts';
import { answer } from './negotiation/answer.ts';
import type { Capabilities, CodecCapability, MediaIntent } from './negotiation/capabilities.ts';
import * as codecs from './negotiation/codec-list.ts';
import { offer } from './negotiation/offer.ts';
import { parseSdp } from './parser.ts';
import { corpus as folders, fuzz } from './sdp.fuzz.ts';
import { serializeSdp } from './serializer.ts';
import { BROWSER, intent, keys, PHONE, phoneTransport, SERVER, webTransport } from './testing/ends.ts';
import { checkMirror } from './testing/mirror.ts';

const root = join(import.meta.dirname, '../..');
const corpus = folders.flatMap((folder) =>
  readdirSync(join(root, folder)).map((name) => new Uint8Array(readFileSync(join(root, folder, name)))),
);

const token = fc.stringMatching(/^[a-zA-Z0-9!#$%&'*+.^_`{|}~-]{1,12}$/);
/** Any text that may stand behind `=`. */
const text = fc.string({ unit: 'grapheme', maxLength: 30 }).map((each) => each.replace(/[\r\n\0]/g, ''));
const digits = fc.stringMatching(/^[0-9]{1,25}$/);
const seconds = fc.nat({ max: 0xffff_ffff });
const port = fc.integer({ min: 0, max: 65_535 });

const ipv4 = fc.record(
  { ttl: fc.nat({ max: 255 }), count: fc.integer({ min: 1, max: 9 }) },
  { requiredKeys: ['ttl'], noNullPrototype: true },
);
const connection = fc.oneof(
  fc.tuple(fc.ipV4(), fc.option(ipv4)).map(([address, more]) => ({
    netType: 'IN',
    addressType: 'IP4',
    address,
    ...more,
  })),
  fc.tuple(fc.ipV6(), fc.option(fc.integer({ min: 1, max: 9 }))).map(([address, count]) => ({
    netType: 'IN',
    addressType: 'IP6',
    address,
    ...(count === null ? {} : { count }),
  })),
);
const bandwidth = fc.record({ type: token, value: seconds }, { noNullPrototype: true });
const attribute = fc.oneof(
  fc.record({ name: token, value: text }, { noNullPrototype: true }),
  fc.record({ name: token }, { noNullPrototype: true }),
);
const attributes = fc.array(attribute, { maxLength: 6 });
const repeat = fc.record(
  {
    intervalS: seconds,
    durationS: seconds,
    offsetsS: fc.array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 1, maxLength: 3 }),
  },
  { noNullPrototype: true },
);
const media = fc.record(
  {
    kind: token,
    port,
    portCount: fc.integer({ min: 1, max: 9 }),
    protocol: fc.constantFrom('RTP/AVP', 'UDP/TLS/RTP/SAVPF', 'UDP/DTLS/SCTP'),
    formats: fc.array(token, { minLength: 1, maxLength: 6 }),
    information: text,
    connections: fc.array(connection, { maxLength: 2 }),
    bandwidths: fc.array(bandwidth, { maxLength: 2 }),
    attributes,
  },
  {
    requiredKeys: ['kind', 'port', 'protocol', 'formats', 'connections', 'bandwidths', 'attributes'],
    noNullPrototype: true,
  },
);
const description = fc.record(
  {
    origin: fc.record(
      {
        username: token,
        sessionId: digits,
        sessionVersion: digits,
        netType: fc.constant('IN'),
        addressType: fc.constant('IP4'),
        address: fc.ipV4(),
      },
      { noNullPrototype: true },
    ),
    name: text,
    information: text,
    uri: text,
    emails: fc.array(text, { maxLength: 2 }),
    phones: fc.array(text, { maxLength: 2 }),
    connection,
    bandwidths: fc.array(bandwidth, { maxLength: 2 }),
    times: fc.array(
      fc.record(
        { start: seconds, stop: seconds, repeats: fc.array(repeat, { maxLength: 2 }) },
        { noNullPrototype: true },
      ),
      { minLength: 1, maxLength: 2 },
    ),
    timeZones: fc.array(
      fc.record(
        { time: seconds, offsetS: fc.integer({ min: -9_000, max: 9_000 }) },
        { noNullPrototype: true },
      ),
      { maxLength: 2 },
    ),
    attributes,
    media: fc.array(media, { maxLength: 3 }),
  },
  {
    requiredKeys: [
      'origin',
      'name',
      'emails',
      'phones',
      'bandwidths',
      'times',
      'timeZones',
      'attributes',
      'media',
    ],
    noNullPrototype: true,
  },
) as fc.Arbitrary<SessionDescription>;

test('a description that was written is read as the same description', () => {
  fc.assert(
    fc.property(description, (original) => {
      const parsed = parseSdp(serializeSdp(original));
      assert(parsed.ok, JSON.stringify(parsed));
      assert.deepEqual(parsed.description, original);
    }),
  );
});

const iceText = (min: number, max: number) =>
  fc.stringMatching(/^[A-Za-z0-9+/]+$/).map((each) => each.repeat(min).slice(0, max));

test('candidates, keys, rids and simulcast that were written are read as the same', () => {
  const candidate = fc.record(
    {
      foundation: iceText(1, 32),
      component: fc.integer({ min: 1, max: 256 }),
      transport: fc.constantFrom('udp', 'tcp', 'UDP'),
      priority: fc.integer({ min: 0, max: 0x7fff_ffff }),
      address: fc.oneof(
        fc.ipV4(),
        fc.ipV6(),
        fc.uuid().map((id) => `${id}.local`),
      ),
      port,
      type: fc.constantFrom('host', 'srflx', 'prflx', 'relay'),
      relatedAddress: fc.ipV4(),
      relatedPort: port,
      tcpType: fc.constantFrom('active', 'passive', 'so'),
      extensions: fc.array(
        fc.tuple(
          token.filter((name) => !['raddr', 'rport', 'tcptype'].includes(name)),
          token,
        ),
        { maxLength: 3 },
      ),
    },
    {
      requiredKeys: [
        'foundation',
        'component',
        'transport',
        'priority',
        'address',
        'port',
        'type',
        'extensions',
      ],
      noNullPrototype: true,
    },
  );
  const roundTrip = <T>(
    arbitrary: fc.Arbitrary<T>,
    write: (value: T) => string,
    parse: (text: string) => unknown,
  ) => fc.assert(fc.property(arbitrary, (original) => assert.deepEqual(parse(write(original)), original)));
  roundTrip(candidate, serializeCandidate, parseCandidate);

  const inline = fc
    .uint8Array({ minLength: 30, maxLength: 30 })
    .map((bytes) => Buffer.from(bytes).toString('base64'));
  const key = fc.record(
    {
      inline,
      lifetimePackets: fc.integer({ min: 1, max: 2 ** 48 }),
      mki: fc.record(
        { value: seconds, lengthBytes: fc.integer({ min: 1, max: 128 }) },
        { noNullPrototype: true },
      ),
    },
    { requiredKeys: ['inline'], noNullPrototype: true },
  );
  const crypto = fc.record(
    {
      tag: fc.integer({ min: 1, max: 999_999_999 }),
      suite: fc.constantFrom('AES_CM_128_HMAC_SHA1_80', 'AES_CM_128_HMAC_SHA1_32'),
      keys: fc.array(key, { minLength: 1, maxLength: 3 }),
      sessionParameters: fc.array(token, { maxLength: 2 }),
    },
    { noNullPrototype: true },
  );
  roundTrip(crypto, serializeCrypto, parseCrypto);

  const ridText = fc.stringMatching(/^[A-Za-z0-9_-]{1,8}$/);
  const rid = fc.record(
    {
      id: ridText,
      direction: fc.constantFrom('send' as const, 'recv' as const),
      payloadTypes: fc.array(fc.nat({ max: 127 }), { minLength: 1, maxLength: 4 }),
      restrictions: fc.array(
        fc.tuple(
          fc.constantFrom('max-width', 'max-fps', 'x'),
          fc.option(
            fc.nat().map((value) => String(value)),
            { nil: undefined },
          ),
        ),
        { maxLength: 3 },
      ),
    },
    { requiredKeys: ['id', 'direction', 'restrictions'], noNullPrototype: true },
  );
  roundTrip(rid, serializeRid, parseRid);

  const streams = fc.array(
    fc.array(fc.record({ rid: ridText, isPaused: fc.boolean() }, { noNullPrototype: true }), {
      minLength: 1,
      maxLength: 3,
    }),
    { minLength: 1, maxLength: 3 },
  );
  const simulcast = fc
    .record({ send: streams, recv: streams }, { requiredKeys: [], noNullPrototype: true })
    .filter((value) => Object.keys(value).length > 0);
  roundTrip(simulcast, serializeSimulcast, parseSimulcast);
});

const codec = fc.constantFrom<CodecCapability>(
  codecs.OPUS,
  codecs.G722,
  codecs.PCMA,
  codecs.PCMU,
  codecs.COMFORT_NOISE,
  codecs.TELEPHONE_EVENT,
  codecs.TELEPHONE_EVENT_48000,
  { name: 'G729', clockRate: 8_000, parameters: 'annexb=no' },
  { name: 'L16', clockRate: 16_000 },
);
const direction = fc.constantFrom(...DIRECTIONS);
const end = fc
  .record({
    base: fc.constantFrom(SERVER, BROWSER, PHONE),
    list: fc.uniqueArray(codec, { maxLength: 9 }),
    codecOrder: fc.constantFrom('offer' as const, 'own' as const),
    answeredCodecs: fc.constantFrom(1, 2, 128),
    bundle: fc.boolean(),
  })
  .map(({ base, list, codecOrder, answeredCodecs, bundle }): Capabilities => {
    const audio = { ...base.rtp['audio'], codecs: [codecs.PCMA, ...list] };
    return { ...base, rtp: { ...SERVER.rtp, audio }, codecOrder, answeredCodecs, bundle };
  });

/** With what its capabilities need, and a wish for each media. */
function intentOf(
  capabilities: Capabilities,
  wishes: readonly (readonly [string, MediaIntent['direction']])[],
  n: number,
) {
  const at = capabilities.security.includes('dtls')
    ? { ...webTransport(n), sdes: keys(n) }
    : { ...phoneTransport(n), sdes: keys(n) };
  return intent(wishes.map(([kind, wish]) => ({ kind, direction: wish, transport: at })));
}

const wishes = fc.array(fc.tuple(fc.constantFrom('audio', 'video'), direction), {
  minLength: 1,
  maxLength: 4,
});

test('both ends read the same from an offer and its answer, and from the ones that follow', () => {
  fc.assert(
    fc.property(
      end,
      end,
      wishes,
      fc.array(direction, { minLength: 4, maxLength: 4 }),
      (alice, bob, asked, wanted) => {
        const hers = intentOf(alice, asked, 1);
        const first = offer(alice, hers);
        const his = intentOf(
          bob,
          asked.map(([kind], at) => [kind, wanted[at] ?? 'sendrecv']),
          2,
        );
        const result = answer(first, bob, his);
        if (!result.ok) return;
        const theirs = agree({ local: first, remote: result.answer, offerer: 'local' });
        assert(theirs.ok, JSON.stringify(theirs));
        checkMirror(result.media, theirs.media);

        // She offers the same again: numbers, mids and places stay.
        const previous = { local: first, remote: result.answer, offerer: 'local' as const };
        const media = asked.map((_, at) => (theirs.media[at]?.isRejected ? undefined : hers.media[at]));
        const second = offer(alice, { ...hers, media, previous });
        assert.equal(second.media.length, first.media.length);
        const secondResult = answer(second, bob, {
          ...his,
          previous: { local: result.answer, remote: first, offerer: 'remote' },
        });
        assert(secondResult.ok, JSON.stringify(secondResult));
        const again = agree({ local: second, remote: secondResult.answer, offerer: 'local' });
        assert(again.ok);
        checkMirror(secondResult.media, again.media);
        assert.deepEqual(
          again.media.map(
            ({ codecs: list, isRejected }) =>
              !isRejected && list.map(({ sendPayloadType }) => sendPayloadType),
          ),
          theirs.media.map(
            ({ codecs: list, isRejected }) =>
              !isRejected && list.map(({ sendPayloadType }) => sendPayloadType),
          ),
        );
        // Roles of DTLS stay too, though the offer says actpass again.
        assert.deepEqual(
          again.media.map(({ transport }) => transport.security),
          theirs.media.map(({ transport }) => transport.security),
        );

        // And he offers in his turn.
        const third = offer(bob, {
          ...his,
          media: asked.map((_, at) => (secondResult.media[at]?.isRejected ? undefined : his.media[at])),
          previous: { local: secondResult.answer, remote: second, offerer: 'remote' },
        });
        const thirdResult = answer(third, alice, {
          ...hers,
          previous: { local: second, remote: secondResult.answer, offerer: 'local' },
        });
        assert(thirdResult.ok, JSON.stringify(thirdResult));
        const last = agree({ local: third, remote: thirdResult.answer, offerer: 'local' });
        assert(last.ok);
        checkMirror(thirdResult.media, last.media);
      },
    ),
    { numRuns: 300 },
  );
});

test('the corpus breaks no invariant', () => {
  for (const bytes of corpus) fuzz(bytes);
});

test('no bytes break an invariant', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), fuzz));
});

test('no mutation of the corpus breaks an invariant', () => {
  const morsels = [
    '\r\n',
    '\n',
    ' ',
    ':',
    '/',
    ';',
    '=',
    '0',
    '-',
    ',',
    'm=audio 9 RTP/AVP 0\r\n',
    'a=mid:0\r\n',
    '\xff',
  ];
  const edit = fc.record({
    at: fc.nat(),
    remove: fc.nat(12),
    insert: fc.oneof(
      fc.uint8Array({ maxLength: 6 }),
      fc.constantFrom(...morsels).map((each) => Buffer.from(each, 'latin1')),
    ),
  });
  const mutated = fc
    .tuple(fc.constantFrom(...corpus), fc.array(edit, { minLength: 1, maxLength: 6 }))
    .map(([seed, edits]) => {
      let bytes = seed;
      for (const { at, remove, insert } of edits) {
        const from = at % (bytes.length + 1);
        bytes = new Uint8Array([...bytes.subarray(0, from), ...insert, ...bytes.subarray(from + remove)]);
      }
      return bytes;
    });
  fc.assert(fc.property(mutated, fuzz), { numRuns: 300 });
});
