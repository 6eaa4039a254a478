import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { attributeValue, attributeValues, hasAttribute, type SessionDescription } from '../description.ts';
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
  transport,
  video,
  wanting,
  webTransport,
} from '../testing/ends.ts';
import { type AnswerResult, answer } from './answer.ts';
import type { Capabilities, Intent } from './capabilities.ts';
import { G722, H264, OPUS, PCMA, PCMU, TELEPHONE_EVENT } from './codec-list.ts';

const corpus = (name: string) =>
  read(new Uint8Array(readFileSync(join(import.meta.dirname, '../../../spec/corpora/sdp', `${name}.sdp`))));

type Taken = Extract<AnswerResult, { ok: true }>;

function taken(result: AnswerResult): Taken {
  assert(result.ok, JSON.stringify(result));
  return result;
}

function answered(offered: SessionDescription | string, capabilities = SERVER, wanted?: Intent): Taken {
  const description = typeof offered === 'string' ? read(offered) : offered;
  return taken(answer(description, capabilities, wanted ?? wanting(description)));
}

const m = ({ answer: { media } }: Taken) => media.map(({ port, formats }) => `${port} ${formats.join(' ')}`);

test('Chromium: one bundle, its own numbers, events for both clocks, retransmission for what was taken', () => {
  const result = answered(corpus('chromium-offer'), BROWSER);
  assert.deepEqual(m(result), [
    '20002 111 9 0 8 13 110 126',
    '20002 96 107 97 108',
    '20002 webrtc-datachannel',
  ]);
  assert.equal(attributeValue(result.answer, 'group'), 'BUNDLE 0 1 2');
  const [sound, picture, data] = result.answer.media;
  assert.equal(attributeValue(sound!, 'setup'), 'active');
  // 9143 §7.1.3: the transport is told once.
  for (const name of ['ice-ufrag', 'fingerprint', 'setup', 'candidate'])
    assert.deepEqual(
      [hasAttribute(sound!, name), hasAttribute(picture!, name), hasAttribute(data!, name)],
      [true, false, false],
    );
  assert.deepEqual(attributeValues(picture!, 'rtcp-fb').slice(0, 4), [
    '96 transport-cc',
    '96 ccm fir',
    '96 nack',
    '96 nack pli',
  ]);
  assert.deepEqual(attributeValues(sound!, 'extmap'), [
    '1 urn:ietf:params:rtp-hdrext:ssrc-audio-level',
    '4 urn:ietf:params:rtp-hdrext:sdes:mid',
  ]);
  assert.equal(attributeValue(data!, 'sctp-port'), '5000');
  const [heard] = result.media;
  assert.equal(heard?.telephoneEvent?.sendPayloadType, 110);
  assert.deepEqual(heard?.transport.security.kind === 'dtls' && heard.transport.security.role, 'client');
  assert.equal(heard?.transport.ice?.ufrag, 'Wd1x');
  assert.equal(heard?.transport.ice?.isComplete, false);
  assert.deepEqual(
    result.media.map(({ transport: { index } }) => index),
    [0, 0, 0],
  );
  assert.equal(result.media[2]?.sctp?.maxMessageBytes, 262_144);
});

test('Chromium without a bundle: each media has a transport of its own', () => {
  const offered = corpus('chromium-offer');
  const wanted = wanting(offered);
  const media = wanted.media.map((each, at) => each && { ...each, transport: transport(at + 1) });
  const result = answered(offered, { ...BROWSER, bundle: false }, { ...wanted, media });
  assert.deepEqual(
    result.answer.media.map(({ port }) => port),
    [20_002, 20_004, 20_006],
  );
  assert.equal(hasAttribute(result.answer, 'group'), false);
  assert.deepEqual(
    result.media.map(({ transport: { index } }) => index),
    [0, 1, 2],
  );
});

test('Firefox: what lives in the bundle only is taken with it, and rejected without it', () => {
  const offered = corpus('firefox-offer');
  const result = answered(offered);
  assert.equal(attributeValue(result.answer, 'group'), 'BUNDLE 0 1');
  assert.deepEqual(m(result), ['20002 109 9 0 8 101', '20002 120 126 124 127']);
  const apart = answered(offered, { ...SERVER, bundle: false });
  assert.deepEqual(apart.rejected, [
    { index: 1, reason: 'media is offered within a bundle only', warning: 302 },
  ]);
  // The tagged one goes, and what had only its transport goes too.
  const media = wanting(offered).media.map((each, at) => (at === 0 ? undefined : each));
  const none = answer(offered, SERVER, intent(media));
  assert(!none.ok);
  assert.equal(none.rejected[1]?.reason, 'the transport of its bundle is rejected');
});

test('Safari: a picture that is only received is only sent', () => {
  const result = answered(corpus('safari-offer'));
  assert.deepEqual(
    result.media.map(({ direction }) => direction),
    ['sendrecv', 'sendonly'],
  );
  // High profile is not Constrained Baseline (6184 §8.2.2).
  assert.deepEqual(result.answer.media[1]?.formats, ['100', '101']);
});

test('baresip: opus with events of another clock, feedback for every payload type', () => {
  const result = answered(corpus('baresip-offer'));
  assert.deepEqual(m(result), ['20002 96 9 0 8 97', '20002 98']);
  assert.deepEqual(result.media[0]?.telephoneEvent?.sendPayloadType, 97);
  assert.equal(result.media[0]?.transport.security.kind, 'none');
  assert.deepEqual(result.media[0]?.transport.rtcp, { port: 40_033 });
  assert.deepEqual(attributeValues(result.answer.media[1]!, 'rtcp-fb'), ['98 nack', '98 nack pli']);
});

test('linphone: the first suite that both have, under its tag', () => {
  const result = answered(corpus('linphone-offer'));
  assert.deepEqual(m(result), ['20002 96 0 8 99 101']);
  assert.match(attributeValue(result.answer.media[0]!, 'crypto') ?? '', /^1 AES_CM_128_HMAC_SHA1_80 inline:/);
  assert.equal(attributeValues(result.answer.media[0]!, 'crypto').length, 1);
  const [only32] = keys(1).filter(({ suite }) => suite.endsWith('32'));
  const second = answered(
    corpus('linphone-offer'),
    SERVER,
    intent([audio({ ...phoneTransport(), sdes: [only32!] })]),
  );
  assert.match(attributeValue(second.answer.media[0]!, 'crypto') ?? '', /^2 AES_CM_128_HMAC_SHA1_32 /);
});

test('a phone that must have keys is refused without them', () => {
  const result = answer(corpus('linphone-offer'), SERVER, intent([audio(phoneTransport())]));
  assert(!result.ok);
  assert.deepEqual([result.status, result.warning], [488, 302]);
  assert.equal(result.reason, 'no common protection: the offer has RTP/SAVP with keys in the description');
});

test('Polycom: keys under RTP/AVP are taken where keys are wanted, and left where not', () => {
  assert.equal(answered(corpus('polycom-offer')).media[0]?.transport.security.kind, 'sdes');
  const plain: Capabilities = { ...PHONE, security: ['none'] };
  const result = answered(corpus('polycom-offer'), plain);
  assert.equal(result.media[0]?.transport.security.kind, 'none');
  assert.equal(hasAttribute(result.answer.media[0]!, 'crypto'), false);
});

test('Cisco: pictures by profile and packetization, the screen channel is rejected in its place', () => {
  const capabilities = { ...SERVER, rtp: { ...SERVER.rtp, video: { codecs: [H264] } } };
  const result = answered(corpus('cisco-phone-offer'), capabilities);
  assert.deepEqual(m(result)[2], '0 *');
  assert.deepEqual(
    result.rejected.map(({ index, reason }) => [index, reason]),
    [
      [1, 'no common codec for video: the offer has H264'],
      [2, 'UDP/BFCP is not understood'],
    ],
  );
  assert.deepEqual(m(result)[0], '20002 114 9 0 8 101');
});

test('a cheap phone: static types, G729A by another name, G722/16000, events 0 to 11', () => {
  const capabilities: Capabilities = {
    ...PHONE,
    rtp: {
      audio: { codecs: [{ name: 'G729', clockRate: 8000, parameters: 'annexb=no' }, G722, TELEPHONE_EVENT] },
    },
  };
  const result = answered(corpus('cheap-phone-offer'), capabilities);
  assert.deepEqual(m(result), ['20002 18 9 101']);
  assert.deepEqual(attributeValues(result.answer.media[0]!, 'fmtp'), ['18 annexb=no', '101 0-11']);
});

test('3264 §6.1: the order of the offer, or our own; one codec where one is wanted', () => {
  const offered = corpus('asterisk-offer');
  assert.deepEqual(m(answered(offered, PHONE)), ['20002 0 8 9 101']);
  assert.deepEqual(m(answered(offered, { ...PHONE, codecOrder: 'own' })), ['20002 9 8 0 101']);
  assert.deepEqual(m(answered(offered, { ...PHONE, codecOrder: 'own', answeredCodecs: 1 })), ['20002 9 101']);
});

test('no common codec is refused with what was offered, not answered with silence', () => {
  const offered = sdp(
    'm=audio 5000 RTP/AVP 4 96 101',
    'a=rtpmap:96 SILK/24000',
    'a=rtpmap:101 telephone-event/8000',
  );
  const result = answer(read(offered), PHONE, wanting(read(offered)));
  assert.deepEqual(result, {
    ok: false,
    status: 488,
    warning: 305,
    reason: 'no common codec for audio: the offer has G723, SILK, telephone-event',
    rejected: [
      {
        index: 0,
        reason: 'no common codec for audio: the offer has G723, SILK, telephone-event',
        warning: 305,
      },
    ],
  });
});

test('a static payload type that is said to be something else is no codec', () => {
  const offered = sdp('m=audio 5000 RTP/AVP 0 8', 'a=rtpmap:0 PCMA/8000');
  assert.deepEqual(m(answered(offered, PHONE)), ['20002 8']);
});

test('an offer whose media have ended is answered; one without media too', () => {
  assert.deepEqual(m(answered(sdp('m=audio 0 RTP/AVP 0'))), ['0 0']);
  assert.deepEqual(m(answered(sdp())), []);
});

test('3264 §8.4: hold by direction and hold of old are answered alike', () => {
  const cases = [
    [sdp('m=audio 5000 RTP/AVP 0', 'a=sendonly'), 'recvonly'],
    [sdp('a=sendonly', 'm=audio 5000 RTP/AVP 0'), 'recvonly'],
    [sdp('m=audio 5000 RTP/AVP 0', 'a=inactive'), 'inactive'],
    [sdp('m=audio 5000 RTP/AVP 0', 'c=IN IP4 0.0.0.0'), 'recvonly'],
    [sdp('m=audio 5000 RTP/AVP 0', 'c=IN IP4 0.0.0.0', 'a=inactive'), 'inactive'],
    [sdp('m=audio 5000 RTP/AVP 0'), 'sendrecv'],
  ] as const;
  for (const [offered, direction] of cases) {
    const result = answered(offered, PHONE);
    assert.equal(result.media[0]?.direction, direction, offered);
    assert(hasAttribute(result.answer.media[0]!, direction));
  }
  assert.equal(answered(corpus('old-hold'), PHONE).media[0]?.direction, 'recvonly');
});

test('ice-lite is said to who uses ICE', () => {
  const at = { ...transport(), ice: { ...transport().ice!, isLite: true } };
  const isLite = (name: string) =>
    hasAttribute(answered(corpus(name), SERVER, wanting(corpus(name), at)).answer, 'ice-lite');
  assert.deepEqual(['chromium-offer', 'asterisk-offer'].map(isLite), [true, false]);
});

test('rtcp-mux: as offered, refused where it must be and is not', () => {
  const plain = sdp('m=audio 5000 RTP/AVP 0');
  const mux = sdp('m=audio 5000 RTP/AVP 0', 'a=rtcp-mux');
  const only = sdp('m=audio 5000 RTP/AVP 0', 'a=rtcp-mux', 'a=rtcp-mux-only');
  assert.equal(answered(plain).media[0]?.transport.isRtcpMux, false);
  assert.equal(answered(mux).media[0]?.transport.isRtcpMux, true);
  assert.equal(answered(mux, PHONE).media[0]?.transport.isRtcpMux, false);
  const never = answer(read(only), PHONE, wanting(read(only)));
  assert.equal(never.ok === false && never.reason, 'rtcp-mux is not possible');
  const must = answer(read(plain), { ...SERVER, rtcpMux: 'required' }, wanting(read(plain)));
  assert.equal(must.ok === false && must.reason, 'rtcp-mux is not offered');
});

test('9143 §9.3: what is bundled behind a data channel multiplexes RTCP all the same', () => {
  const web = ['a=ice-ufrag:abcd', 'a=ice-pwd:abcdefghijklmnopqrstuvwx', 'a=setup:actpass'];
  const print = `a=fingerprint:sha-256 ${webTransport(9).dtls?.fingerprints[0]?.value}`;
  const data = [
    'm=application 5000 UDP/DTLS/SCTP webrtc-datachannel',
    'a=mid:d',
    'a=sctp-port:5000',
    print,
    ...web,
  ];
  const sound = ['m=audio 5000 UDP/TLS/RTP/SAVPF 0', 'a=mid:a', 'a=rtcp-mux'];
  const result = answered(sdp('a=group:BUNDLE d a', ...data, ...sound), BROWSER);
  assert.deepEqual(
    result.media.map(({ transport: { index, isRtcpMux } }) => [index, isRtcpMux]),
    [
      [0, false],
      [0, true],
    ],
  );
  assert(hasAttribute(result.answer.media[1]!, 'rtcp-mux'));
});

test('8839 §4.2.5: addresses that were changed on the way turn ICE off, and the answer says so', () => {
  const ice = ['a=ice-ufrag:abcd', 'a=ice-pwd:abcdefghijklmnopqrstuvwx'];
  const candidate = 'a=candidate:1 1 udp 2130706431 192.0.2.1 5000 typ host';
  const fine = answered(sdp('m=audio 5000 RTP/AVP 0', ...ice, candidate));
  assert.equal(fine.media[0]?.transport.ice?.ufrag, 'abcd');
  const changed = answered(sdp('m=audio 5000 RTP/AVP 0', 'c=IN IP4 198.51.100.9', ...ice, candidate));
  assert.equal(changed.media[0]?.transport.ice, undefined);
  assert(hasAttribute(changed.answer.media[0]!, 'ice-mismatch'));
  assert(!hasAttribute(changed.answer.media[0]!, 'ice-ufrag'));
});

test('8842 §5.3: the roles of DTLS', () => {
  const print = `a=fingerprint:sha-256 ${webTransport(9).dtls?.fingerprints[0]?.value}`;
  const role = (...setup: string[]) => {
    const result = answer(
      read(sdp('m=audio 5000 UDP/TLS/RTP/SAVPF 0', print, ...setup)),
      BROWSER_WITHOUT_MUX,
      intent([audio(webTransport())]),
    );
    return result.ok ? attributeValue(result.answer.media[0]!, 'setup') : result.reason;
  };
  assert.equal(role('a=setup:actpass'), 'active');
  assert.equal(role('a=setup:active'), 'passive');
  assert.equal(role('a=setup:passive'), 'active');
  assert.equal(role(), 'passive');
  assert.match(role('a=setup:holdconn') ?? '', /no common protection/);
});

const BROWSER_WITHOUT_MUX: Capabilities = { ...BROWSER, rtcpMux: 'offered' };

test('two media with one mid, and fewer media than before, are refused', () => {
  const twice = read(sdp('m=audio 5000 RTP/AVP 0', 'a=mid:x', 'm=audio 5002 RTP/AVP 0', 'a=mid:x'));
  const result = answer(twice, PHONE, wanting(twice));
  assert.equal(result.ok === false && result.reason, 'two media have the same mid');
  const remote = read(sdp('m=audio 5000 RTP/AVP 0', 'm=audio 5002 RTP/AVP 0'));
  const local = answered(remote, PHONE).answer;
  const less = read(sdp('m=audio 5000 RTP/AVP 0'));
  const again = answer(less, PHONE, { ...wanting(less), previous: { local, remote, offerer: 'remote' } });
  assert.equal(again.ok === false && again.reason, 'the offer has less media than the 2 before');
});

test('8285 §7: extensions with their numbers; a proposal gets one; 15 is nobody’s', () => {
  const uri = 'urn:ietf:params:rtp-hdrext:sdes:mid';
  const extmaps = (...lines: string[]) =>
    attributeValues(answered(sdp('m=audio 5000 RTP/AVP 0', ...lines)).answer.media[0]!, 'extmap');
  assert.deepEqual(extmaps(`a=extmap:3/sendonly ${uri}`), [`3/recvonly ${uri}`]);
  assert.deepEqual(extmaps('a=extmap:1 urn:other', `a=extmap:4096 ${uri}`), [`2 ${uri}`]);
  assert.deepEqual(extmaps(`a=extmap:15 ${uri}`), []);
  assert.deepEqual(extmaps(`a=extmap:200 ${uri}`), []);
  assert.deepEqual(extmaps('a=extmap-allow-mixed', `a=extmap:200 ${uri}`), [`200 ${uri}`]);
});

test('6184 §8.2.2: profile and packetization as offered, the level that both have', () => {
  const parameters = (fmtp: string, own = H264) => {
    const offered = sdp('m=video 5000 RTP/AVP 97', 'a=rtpmap:97 H264/90000', `a=fmtp:97 ${fmtp}`);
    const capabilities = { ...SERVER, rtp: { video: { codecs: [own] } } };
    const result = answer(read(offered), capabilities, intent([video(phoneTransport())]));
    return result.ok ? attributeValue(result.answer.media[0]!, 'fmtp') : result.reason;
  };
  assert.match(parameters('profile-level-id=42e015;packetization-mode=1') ?? '', /profile-level-id=42e015/);
  assert.match(parameters('profile-level-id=4de01f;packetization-mode=1') ?? '', /profile-level-id=4de01f/);
  assert.match(
    parameters('profile-level-id=42e00c;packetization-mode=1;level-asymmetry-allowed=1') ?? '',
    /profile-level-id=42e01f/,
  );
  assert.match(parameters('profile-level-id=42e01f') ?? '', /no common codec/);
  assert.match(parameters('profile-level-id=640c1f;packetization-mode=1') ?? '', /no common codec/);
});

test('8853 §5.3.2: streams of simulcast are answered only where they were offered', () => {
  const offered = corpus('chromium-offer');
  const wanted = wanting(offered);
  const rids = [{ id: 'hi', direction: 'recv' as const, restrictions: [] }];
  const simulcast = { recv: [[{ rid: 'hi', isPaused: false }]] };
  const media = wanted.media.map((each) => each && { ...each, rids, simulcast });
  const result = answered(offered, BROWSER, { ...wanted, media });
  assert.equal(hasAttribute(result.answer.media[0]!, 'simulcast'), false);
  assert.equal(attributeValue(result.answer.media[1]!, 'simulcast'), 'recv hi');
  assert.deepEqual(result.media[1]?.simulcast, simulcast);
});

test('lies are answered with what is left of them', () => {
  const result = answer(corpus('lies'), SERVER, wanting(corpus('lies')));
  assert(result.ok, JSON.stringify(result));
  assert.deepEqual(m(result), ['20002 8']);
  assert.deepEqual(result.media[0]?.transport.security, { kind: 'none' });
});

test('4317 §2.1: of three codecs for audio and two for video, the ones that both have', () => {
  const capabilities: Capabilities = {
    ...PHONE,
    rtp: { audio: { codecs: [PCMU] }, video: { codecs: [{ name: 'MPV', clockRate: 90_000 }] } },
  };
  const maps = ['a=rtpmap:97 iLBC/8000', 'm=video 51372 RTP/AVP 31 32', 'a=rtpmap:31 H261/90000'];
  const result = answered(sdp('m=audio 49170 RTP/AVP 0 8 97', ...maps), capabilities);
  assert.deepEqual(m(result), ['20002 0', '20002 32']);
});

test('a stream that has events alone has no codec', () => {
  const events = ['m=audio 49172 RTP/AVP 98', 'a=rtpmap:98 telephone-event/8000'];
  assert.deepEqual(m(answered(sdp('m=audio 49170 RTP/AVP 0', ...events), PHONE)), ['20002 0', '0 98']);
});

test('a codec that both ends number differently is sent with each one’s number', () => {
  const ours = { ...PHONE, rtp: { audio: { codecs: [OPUS, PCMA] } } };
  const result = answered(
    sdp('m=audio 5000 RTP/AVP 8 120', 'a=rtpmap:120 OPUS/48000/2', 'a=fmtp:120 stereo=0'),
    ours,
  );
  const opus = result.media[0]?.codecs[1];
  assert.deepEqual([opus?.sendPayloadType, opus?.receivePayloadType], [120, 120]);
  assert.deepEqual(
    [opus?.sendParameters, opus?.receiveParameters],
    ['stereo=0', 'minptime=10;useinbandfec=1'],
  );
});

test('descriptions at their limits are answered, and soon', { timeout: 10_000 }, () => {
  const lines = (count: number, line: (at: number) => string) =>
    Array.from({ length: count }, (_, at) => line(at));
  const types = lines(94, (at) => String(at + 34)).join(' ');
  const many = lines(256, (at) => `m${at}`).join(' ');
  const hostile = [
    sdp(
      ...lines(1_024, (at) => `a=extmap:${(at % 255) + 1} urn:${at}`),
      ...lines(256, () => 'm=audio 9 RTP/AVP 0'),
    ),
    sdp(
      `m=video 9 RTP/AVP ${types}`,
      ...lines(94, (at) => `a=rtpmap:${at + 34} H264/90000`),
      ...lines(94, (at) => `a=fmtp:${at + 34} ${'x=1;'.repeat(600)}`),
    ),
    sdp(
      ...lines(100, () => `a=group:BUNDLE ${many}`),
      ...lines(256, (at) => `m=audio 9 RTP/AVP 0\r\na=mid:m${at}`),
    ),
    sdp(
      `m=video 9 RTP/AVPF ${types}`,
      ...lines(94, (at) => `a=rtpmap:${at + 34} VP8/90000\r\na=rtcp-fb:* nack x${at}`),
    ),
  ];
  for (const text of hostile) {
    const result = answer(read(text), SERVER, wanting(read(text)));
    assert(result.ok || result.status === 488);
  }
});

test('codecs tick as they do, however they are written', () => {
  const offered = sdp('m=audio 5000 RTP/AVP 9 96', 'a=rtpmap:9 G722/16000', 'a=rtpmap:96 opus/48000');
  const result = answered(offered);
  assert.deepEqual(
    result.media[0]?.codecs.map(({ clockRate, channels }) => [clockRate, channels]),
    [
      [8_000, 1],
      [48_000, 2],
    ],
  );
});
