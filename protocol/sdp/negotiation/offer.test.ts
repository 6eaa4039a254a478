import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heldDirection } from '../attribute/direction.ts';
import {
  attributeValue,
  attributeValues,
  hasAttribute,
  type SessionDescription,
  withAttribute,
} from '../description.ts';
import { sdpText } from '../serializer.ts';
import {
  audio,
  BROWSER,
  intent,
  keys,
  PHONE,
  phoneTransport,
  read,
  SERVER,
  sdp,
  video,
  wanting,
  webTransport,
} from '../testing/ends.ts';
import { agree } from './agreement.ts';
import { answer } from './answer.ts';
import type { Capabilities, Exchange } from './capabilities.ts';
import { changesOf, isIceRestart } from './change.ts';
import { COMFORT_NOISE, OPUS, PCMU } from './codec-list.ts';
import { offer } from './offer.ts';
import { isHeld, readSession } from './session-view.ts';
import { nextVersion } from './write-session.ts';

/** The exchange after `remote` has been answered, or has answered. */
function after(
  local: SessionDescription,
  remote: SessionDescription,
  offerer: Exchange['offerer'],
): Exchange {
  return { local, remote, offerer };
}

function answerTo(
  offered: SessionDescription,
  capabilities: Capabilities = SERVER,
  previous?: Exchange,
): SessionDescription {
  const result = answer(offered, capabilities, {
    ...wanting(offered, { ...webTransport(2), sdes: keys(2) }),
    ...(previous === undefined ? {} : { previous }),
  });
  assert(result.ok, JSON.stringify(result));
  return result.answer;
}

test('an offer to a phone', () => {
  const made = offer(PHONE, intent([{ ...audio(phoneTransport()), ptimeMs: 20 }]));
  assert.deepEqual(sdpText(made).split('\r\n'), [
    'v=0',
    'o=- 7 1 IN IP4 203.0.113.1',
    's=-',
    'c=IN IP4 203.0.113.1',
    't=0 0',
    'm=audio 20002 RTP/AVP 9 8 0 101',
    'a=mid:0',
    'a=rtpmap:9 G722/8000',
    'a=rtpmap:8 PCMA/8000',
    'a=rtpmap:0 PCMU/8000',
    'a=rtpmap:101 telephone-event/8000',
    'a=fmtp:101 0-16',
    'a=ptime:20',
    'a=sendrecv',
    'a=rtcp:20003',
    '',
  ]);
});

test('keys make RTP/SAVP, certificates UDP/TLS/RTP/SAVPF, and what is named is used', () => {
  const protocol = (made: SessionDescription) => made.media[0]?.protocol;
  const sdes = { ...phoneTransport(), sdes: keys(1) };
  assert.equal(protocol(offer(PHONE, intent([audio(sdes)]))), 'RTP/SAVP');
  const best = offer(PHONE, intent([{ ...audio(sdes), protocol: 'RTP/AVP' }]));
  assert.equal(protocol(best), 'RTP/AVP');
  assert.equal(attributeValues(best.media[0]!, 'crypto').length, 2);
  assert.equal(protocol(offer(BROWSER, intent([audio(webTransport())]))), 'UDP/TLS/RTP/SAVPF');
});

test('9143 §7.2: media that share a transport are offered within the bundle only', () => {
  const made = offer(BROWSER, intent([audio(webTransport()), video(webTransport())]));
  assert.equal(attributeValue(made, 'group'), 'BUNDLE 0 1');
  assert.deepEqual(
    made.media.map(({ port }) => port),
    [20_002, 0],
  );
  assert(hasAttribute(made.media[1]!, 'bundle-only'));
  assert(!hasAttribute(made.media[1]!, 'ice-ufrag'));
  assert(hasAttribute(made.media[0]!, 'rtcp-mux-only'));
  // Once it is bundled, it has the port of the bundle.
  const second = offer(BROWSER, {
    ...intent([audio(webTransport()), video(webTransport())]),
    previous: after(made, answerTo(made), 'local'),
  });
  assert.deepEqual(
    second.media.map(({ port }) => port),
    [20_002, 20_002],
  );
  assert(!hasAttribute(second.media[1]!, 'bundle-only'));
});

test('payload types: static, wished for, free; retransmission behind its codec; the same in all media', () => {
  const made = offer(
    SERVER,
    intent([audio(webTransport(1)), video(webTransport(2)), audio(webTransport(3))]),
  );
  assert.deepEqual(
    made.media.map(({ formats }) => formats.join(' ')),
    ['111 9 8 0 13 101 110', '96 97 102 103', '111 9 8 0 13 101 110'],
  );
  assert(attributeValues(made.media[1]!, 'fmtp').includes('97 apt=96'));
  const many = Array.from({ length: 62 }, (_, at) => ({ name: `x${at}`, clockRate: 8_000 }));
  const numbers = (count: number) =>
    offer({ ...PHONE, rtp: { audio: { codecs: many.slice(0, count) } } }, intent([audio(phoneTransport())]))
      .media[0]?.formats;
  assert.deepEqual(numbers(33)?.slice(-2), ['127', '35']);
  assert.equal(numbers(61)?.at(-1), '63');
  assert.throws(() => numbers(62), RangeError);
});

test('3264 §8.3.2: a number keeps its meaning, whoever gave it', () => {
  // They call opus 101, which we wish for events.
  const remote = read(sdp('m=audio 5000 RTP/AVP 101 0', 'a=rtpmap:101 opus/48000/2'));
  const capabilities = {
    ...SERVER,
    rtp: { audio: { codecs: [OPUS, PCMU, COMFORT_NOISE, ...PHONE.rtp['audio']!.codecs] } },
  };
  const result = answer(remote, capabilities, wanting(remote, phoneTransport()));
  assert(result.ok);
  const made = offer(capabilities, {
    ...wanting(remote, phoneTransport()),
    previous: after(result.answer, remote, 'remote'),
  });
  const maps = attributeValues(made.media[0]!, 'rtpmap');
  assert(maps.includes('101 opus/48000/2'), maps.join());
  assert(maps.includes('96 telephone-event/8000'), maps.join());
});

test('3264 §8: the version goes up by one when something changes, and only then', () => {
  const wanted = intent([audio(phoneTransport())], {
    origin: {
      sessionId: '18446744073709551615',
      sessionVersion: '18446744073709551615',
      address: '203.0.113.1',
    },
  });
  const first = offer(PHONE, wanted);
  const previous = after(first, answerTo(first, PHONE), 'local');
  const same = offer(PHONE, { ...wanted, previous });
  assert.equal(sdpText(same), sdpText(first));
  const held = offer(PHONE, { ...wanted, media: [audio(phoneTransport(), 'sendonly')], previous });
  assert.equal(held.origin.sessionVersion, '18446744073709551616');
  assert.equal(held.origin.sessionId, '18446744073709551615');
  assert.equal(nextVersion({ ...held.origin, sessionVersion: 'x' }), '1');
});

test('3264 §8.2: media that end keep their place, and a free place may be taken by another kind', () => {
  const both = intent([audio(phoneTransport(1)), video(phoneTransport(2))]);
  const open: Capabilities = { ...SERVER, security: ['none'], bundle: false };
  const first = offer(open, both);
  const without = offer(open, {
    ...both,
    media: [both.media[0]],
    previous: after(first, answerTo(first, open), 'local'),
  });
  assert.deepEqual(
    without.media.map(({ kind, port }) => [kind, port]),
    [
      ['audio', 20_002],
      ['video', 0],
    ],
  );
  assert.equal(without.origin.sessionVersion, '2');
  const previous = after(without, answerTo(without, open), 'local');
  const reused = offer(open, { ...both, media: [both.media[0], audio(phoneTransport(3))], previous });
  assert.deepEqual(
    reused.media.map(({ kind, port }) => [kind, port]),
    [
      ['audio', 20_002],
      ['audio', 20_006],
    ],
  );
  // 9429 §5.2.2: with a mid of its own.
  assert.notEqual(attributeValue(reused.media[1]!, 'mid'), attributeValue(first.media[1]!, 'mid'));
  assert.throws(() => offer(open, { ...both, media: [video(phoneTransport(1))], previous }), TypeError);
});

test('a later offer keeps the protection that was agreed', () => {
  const remote = read(sdp('m=audio 5000 RTP/AVP 0'));
  const at = { ...webTransport(), sdes: keys(1) };
  const result = answer(remote, SERVER, wanting(remote, at));
  assert(result.ok);
  const made = offer(SERVER, { ...wanting(remote, at), previous: after(result.answer, remote, 'remote') });
  assert.equal(made.media[0]?.protocol, 'RTP/AVP');
  assert(!hasAttribute(made.media[0]!, 'crypto') && !hasAttribute(made.media[0]!, 'fingerprint'));
});

test('what cannot be offered is our own mistake', () => {
  const nothing = { ...PHONE, rtp: { audio: { codecs: [] } } };
  assert.throws(() => offer(nothing, intent([audio(phoneTransport())])), TypeError);
  assert.throws(() => offer(PHONE, intent([video(phoneTransport())])), TypeError);
  assert.throws(() => offer(BROWSER, intent([audio(phoneTransport())])), TypeError);
  assert.throws(() => offer(PHONE, intent([undefined])), TypeError);
  assert.throws(() => offer(PHONE, intent([audio({ ...phoneTransport(), port: 0 })])), TypeError);
  assert.throws(
    () => offer(PHONE, intent([], { origin: { sessionId: 'x', address: '192.0.2.1' } })),
    TypeError,
  );
});

test('9429 §5.3.1: an association that lives keeps its roles through actpass; a new certificate chooses again', () => {
  const first = offer(BROWSER, intent([audio(webTransport())]));
  const passive = { ...webTransport(2), dtls: { ...webTransport(2).dtls!, preferred: 'passive' as const } };
  const result = answer(first, BROWSER, intent([audio(passive)]));
  assert(result.ok);
  assert.equal(attributeValue(result.answer.media[0]!, 'setup'), 'passive');
  const previous = after(result.answer, first, 'remote');
  // Now it would rather be active, and stays what it is.
  const again = answer(first, BROWSER, { ...intent([audio(webTransport(2))]), previous });
  assert(again.ok);
  assert.equal(attributeValue(again.answer.media[0]!, 'setup'), 'passive');
  const renewed = answer(offer(BROWSER, intent([audio(webTransport(3))])), BROWSER, {
    ...intent([audio(webTransport(2))]),
    previous,
  });
  assert(renewed.ok);
  assert.equal(attributeValue(renewed.answer.media[0]!, 'setup'), 'active');
});

test('answers that are none are refused; keys that do not fit stop their stream', () => {
  const local = offer(PHONE, intent([audio({ ...phoneTransport(), sdes: keys(1) })]));
  const exchange = (...lines: string[]) => agree(after(local, read(sdp(...lines)), 'local'));
  const reason = (...lines: string[]) => {
    const result = exchange(...lines);
    return result.ok ? result.media[0]?.fault : result.reason;
  };
  const inline = keys(2)[0]!.key.inline;
  assert.equal(
    reason('m=audio 5000 RTP/SAVP 0', `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${inline}`),
    undefined,
  );
  assert.equal(reason(), '0 media answer 1');
  assert.equal(reason('m=video 5000 RTP/SAVP 0'), 'media 0: video answers audio');
  assert.equal(reason('m=audio 5000 RTP/AVP 0'), 'media 0: RTP/AVP answers RTP/SAVP');
  assert.equal(reason('m=audio 5000 RTP/SAVP 0', 'a=mid:9'), 'media 0: the answer has another mid');
  assert.equal(reason('m=audio 5000 RTP/SAVP 0'), 'the keys of offer and answer do not fit');
  assert.equal(
    reason('m=audio 5000 RTP/SAVP 0', `a=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:${inline}`),
    'the keys of offer and answer do not fit',
  );
  assert.equal(
    reason('m=audio 5000 RTP/SAVP 4', `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${inline}`),
    'no common codec',
  );
  const rejected = exchange('m=audio 0 RTP/SAVP 0');
  assert(rejected.ok && rejected.media[0]?.isRejected && rejected.media[0].fault === undefined);
});

test('an answer may number dynamic types its own way: each end sends what the other listed', () => {
  const local = offer(
    { ...PHONE, rtp: { audio: { codecs: [OPUS, PCMU] } } },
    intent([audio(phoneTransport())]),
  );
  const result = agree(
    after(local, read(sdp('m=audio 5000 RTP/AVP 96', 'a=rtpmap:96 opus/48000/2')), 'local'),
  );
  assert(result.ok);
  assert.deepEqual(
    result.media[0]?.codecs.map(({ sendPayloadType, receivePayloadType }) => [
      sendPayloadType,
      receivePayloadType,
    ]),
    [[96, 111]],
  );
});

test('what a re-INVITE changes', () => {
  const first = offer(BROWSER, intent([audio(webTransport())]));
  const previous = after(first, answerTo(first), 'local');
  const change = (next: SessionDescription) => changesOf(first, next);
  const next = (wanted = webTransport(), direction: 'sendrecv' | 'sendonly' = 'sendrecv') =>
    offer(BROWSER, { ...intent([audio(wanted, direction)]), previous });
  assert.deepEqual(change(next()), {
    isOtherSession: false,
    isUnchanged: true,
    isVersionRight: true,
    media: [[]],
  });
  assert.deepEqual(change(next(webTransport(), 'sendonly')).media, [['direction']]);
  const restarted = { ...webTransport(), ice: webTransport(3).ice! };
  assert.deepEqual(change(next(restarted)).media, [['ice-restart']]);
  assert.deepEqual(change(next(webTransport(3))).media, [['address', 'ice-restart', 'certificate']]);
  const [before, then] = [first, next(restarted)].map((each) => readSession(each).media[0]!);
  assert(isIceRestart(before!, then!) && !isIceRestart(before!, before!));
  assert.deepEqual(change({ ...next(), media: [] }).media, []);
  const silent = { ...first, attributes: [...first.attributes, { name: 'x' }] };
  assert.equal(change(silent).isVersionRight, false);
  assert.equal(change({ ...first, origin: { ...first.origin, sessionId: '8' } }).isOtherSession, true);
});

test('4317 §3.1: held and taken back, with the version counted by who offers', () => {
  const hers = intent([audio(phoneTransport(1))]);
  const his = intent([audio(phoneTransport(2))], { origin: { sessionId: '9', address: '203.0.113.2' } });
  const first = offer(PHONE, hers);
  const taken = answer(first, PHONE, his);
  assert(taken.ok);
  const hold = offer(PHONE, {
    ...his,
    media: [audio(phoneTransport(2), heldDirection('sendrecv'))],
    previous: after(taken.answer, first, 'remote'),
  });
  assert(isHeld(readSession(hold).media[0]!));
  const held = answer(hold, PHONE, { ...hers, previous: after(first, taken.answer, 'local') });
  assert(held.ok);
  assert.equal(held.media[0]?.direction, 'recvonly');
  const resume = offer(PHONE, { ...his, previous: after(hold, held.answer, 'local') });
  const resumed = answer(resume, PHONE, { ...hers, previous: after(held.answer, hold, 'remote') });
  assert(resumed.ok);
  assert.equal(resumed.media[0]?.direction, 'sendrecv');
  const versions = [first, taken.answer, hold, held.answer, resume, resumed.answer].map(
    ({ origin }) => `${origin.sessionId} ${origin.sessionVersion}`,
  );
  assert.deepEqual(versions, ['7 1', '9 1', '9 2', '7 2', '9 3', '7 3']);
});

test('who is held, by direction and by address; a browser that trickles is not holding', () => {
  const held = (...lines: string[]) => isHeld(readSession(read(sdp(...lines))).media[0]!);
  assert(held('m=audio 5000 RTP/AVP 0', 'a=sendonly'));
  assert(held('m=audio 5000 RTP/AVP 0', 'c=IN IP4 0.0.0.0'));
  assert(!held('m=audio 5000 RTP/AVP 0'));
  assert(!held('m=audio 0 RTP/AVP 0', 'a=inactive'));
  const ice = ['a=ice-ufrag:abcd', 'a=ice-pwd:abcdefghijklmnopqrstuvwx', 'a=ice-options:trickle'];
  assert(!held('m=audio 9 UDP/TLS/RTP/SAVPF 0', 'c=IN IP4 0.0.0.0', ...ice));
});

test('what cannot be read is told, keys aside', () => {
  const secret = 'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:secret';
  const view = readSession(read(sdp('m=audio 5000 RTP/AVP 0 96', 'a=ptime:soon', secret))).media[0]!;
  assert.deepEqual(
    view.faults.map(({ attribute, reason }) => `${attribute} ${reason}`),
    ['crypto cannot be read', '96 has no rtpmap', 'ptime:soon cannot be read'],
  );
});

test('a description is changed by hand without losing a byte of the rest', () => {
  const text = sdp('a=x-one: kept ', 'm=audio 5000 RTP/AVP 0', 'a=x-two:é');
  const changed = withAttribute(read(text), 'tool', 'parley');
  assert.equal(sdpText(changed), text.replace('kept \r\n', 'kept \r\na=tool:parley\r\n'));
});
