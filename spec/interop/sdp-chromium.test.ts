// What protocol/sdp writes, Chromium takes, and what Chromium writes is read without a complaint: offers and answers both
// ways, hold, ICE restart, video added and taken away. No media flow: it is the descriptions that are compared.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import {
  agree,
  answer,
  type Capabilities,
  changesOf,
  type Direction,
  type Exchange,
  H264,
  type LocalTransport,
  type MediaIntent,
  OPUS,
  offer,
  PCMU,
  parseSdp,
  type SessionDescription,
  sdpText,
  TELEPHONE_EVENT,
  TELEPHONE_EVENT_48000,
  VP8,
} from '@parley/protocol/sdp';
import type { Page } from 'playwright-core';
import { chromiumForFile, chromiumMissing } from '../cast/chromium.ts';

const chromium = chromiumForFile();
const skip = chromiumMissing;

const MID = { uri: 'urn:ietf:params:rtp-hdrext:sdes:mid' };
const SERVER: Capabilities = {
  rtp: {
    audio: { codecs: [OPUS, PCMU, TELEPHONE_EVENT_48000, TELEPHONE_EVENT], headerExtensions: [MID] },
    video: { codecs: [VP8, H264], headerExtensions: [MID] },
  },
  data: { port: 5_000, maxMessageBytes: 65_536 },
  security: ['dtls'],
  bundle: true,
  rtcpMux: 'required',
  rtcpReducedSize: true,
};

function transport(fragment = 'srvA'): LocalTransport {
  const value = Array.from({ length: 32 }, () => 'AB').join(':');
  const host = { foundation: '1', component: 1, transport: 'udp', priority: 2_130_706_431, extensions: [] };
  return {
    address: '127.0.0.1',
    port: 40_000,
    ice: {
      ufrag: fragment,
      password: `password+of+${fragment}+12345678`,
      candidates: [{ ...host, address: '127.0.0.1', port: 40_000, type: 'host' }],
      isLite: true,
      isComplete: true,
    },
    dtls: { fingerprints: [{ hash: 'sha-256', value }] },
  };
}

const origin = { sessionId: '42', address: '127.0.0.1' };

function wants(kinds: readonly string[], direction: Direction = 'sendrecv', at = transport()): MediaIntent[] {
  return kinds.map((kind) => ({ kind, direction, transport: at }));
}

function read(text: string): SessionDescription {
  const parsed = parseSdp(text);
  assert(parsed.ok, JSON.stringify(parsed));
  assert.deepEqual(parsed.notes, []);
  assert.equal(sdpText(parsed.description), text, 'read and written, it is the same text');
  return parsed.description;
}

/** A page with a peer connection in `pc`. */
async function connection(t: TestContext): Promise<Page> {
  const page = await chromium().window(t, 'about:blank');
  await page.goto('about:blank');
  await page.evaluate('globalThis.pc = new RTCPeerConnection()');
  return page;
}

/** Chromium's answer to our offer, in force at its end. */
async function answered(page: Page, description: SessionDescription): Promise<SessionDescription> {
  const text = await page.evaluate(`(async () => {
    await pc.setRemoteDescription({ type: 'offer', sdp: ${JSON.stringify(sdpText(description))} });
    await pc.setLocalDescription();
    return pc.localDescription.sdp;
  })()`);
  return read(String(text));
}

/** Chromium's offer after it has run `change`. */
async function offered(page: Page, change: string): Promise<SessionDescription> {
  const text = await page.evaluate(`(async () => {
    ${change};
    await pc.setLocalDescription();
    return pc.localDescription.sdp;
  })()`);
  return read(String(text));
}

async function take(page: Page, description: SessionDescription): Promise<void> {
  const sdp = JSON.stringify(sdpText(description));
  await page.evaluate(`pc.setRemoteDescription({ type: 'answer', sdp: ${sdp} })`);
}

async function directions(page: Page): Promise<unknown> {
  return page.evaluate('pc.getTransceivers().map(({ currentDirection }) => currentDirection)');
}

function agreed(exchange: Exchange) {
  const result = agree(exchange);
  assert(result.ok, JSON.stringify(result));
  return result.media;
}

test('Chromium offers voice, video and data, and takes our answer', { skip }, async (t) => {
  const page = await connection(t);
  const asked = await offered(
    page,
    `pc.addTransceiver('audio'); pc.addTransceiver('video', { direction: 'recvonly' }); pc.createDataChannel('chat')`,
  );
  const result = answer(asked, SERVER, { origin, media: wants(['audio', 'video', 'application']) });
  assert(result.ok, JSON.stringify(result));
  await take(page, result.answer);
  assert.deepEqual(await directions(page), ['sendrecv', 'recvonly']);
  assert.deepEqual(result.media.map(({ direction }) => direction).slice(0, 2), ['sendrecv', 'sendonly']);
  // Both ends name the same codec, by the same number.
  const theirs = await page.evaluate(
    'pc.getSenders()[0].getParameters().codecs.map(({ mimeType, payloadType }) => mimeType + " " + payloadType)',
  );
  const ours = result.media[0]?.codecs.map(
    ({ name, receivePayloadType }) => `audio/${name} ${receivePayloadType}`,
  );
  assert.deepEqual(theirs, ours);
  assert.equal(result.media[0]?.telephoneEvent?.clockRate, 48_000);
  assert.equal(result.media[2]?.sctp?.port, 5_000);
});

test('Chromium answers our offer, is held and resumed, restarts ICE, gets video and loses it', {
  skip,
}, async (t) => {
  const page = await connection(t);
  const first = offer(SERVER, { origin, media: wants(['audio']) });
  let exchange: Exchange = { local: first, remote: await answered(page, first), offerer: 'local' };
  const [voice] = agreed(exchange);
  assert.equal(voice?.codecs[0]?.name, 'opus');
  assert(voice.transport.isRtcpMux && voice.transport.ice !== undefined);
  assert.equal(voice.transport.security.kind === 'dtls' && voice.transport.security.role, 'server');

  const again = async (media: readonly (MediaIntent | undefined)[]) => {
    const before = exchange;
    const local = offer(SERVER, { origin, media, previous: before });
    exchange = { local, remote: await answered(page, local), offerer: 'local' };
    return { media: agreed(exchange), changes: changesOf(before.remote, exchange.remote).media };
  };

  const held = await again(wants(['audio'], 'sendonly'));
  assert.deepEqual([held.media[0]?.direction, exchange.local.origin.sessionVersion], ['sendonly', '2']);
  const resumed = await again(wants(['audio']));
  assert.equal(resumed.media[0]?.direction, 'sendonly', 'a page without a microphone only listens');

  const restarted = await again(wants(['audio'], 'sendrecv', transport('srvB')));
  assert(restarted.changes[0]?.includes('ice-restart'), JSON.stringify(restarted.changes));
  assert(!restarted.changes[0]?.includes('certificate'));

  const seen = await again(wants(['audio', 'video'], 'sendrecv', transport('srvB')));
  assert.deepEqual(
    seen.media.map(({ isRejected, transport: { index } }) => [isRejected, index]),
    [
      [false, 0],
      [false, 0],
    ],
  );
  const both = seen.media[1]?.codecs.map(({ name }) => name);
  assert(both?.includes('VP8') && both.includes('rtx'), JSON.stringify(both));

  const gone = await again(wants(['audio'], 'sendrecv', transport('srvB')));
  assert.deepEqual(
    gone.media.map(({ isRejected }) => isRejected),
    [false, true],
  );
  const back = await again(wants(['audio', 'video'], 'sendrecv', transport('srvB')));
  assert.deepEqual(
    back.media.map(({ isRejected }) => isRejected),
    [false, false],
  );
});

test('Chromium adds video to a call that we offered; roles and numbers stay', { skip }, async (t) => {
  const page = await connection(t);
  const local = offer(SERVER, { origin, media: wants(['audio']) });
  const remote = await answered(page, local);
  const before = agreed({ local, remote, offerer: 'local' });
  const asked = await offered(page, `pc.addTransceiver('video')`);
  const result = answer(asked, SERVER, {
    origin,
    media: wants(['audio', 'video']),
    previous: { local, remote, offerer: 'local' },
  });
  assert(result.ok, JSON.stringify(result));
  await take(page, result.answer);
  assert.deepEqual(result.media[0]?.transport.security, before[0]?.transport.security);
  const numbers = (media = before[0]) =>
    media?.codecs.map(({ name, sendPayloadType, receivePayloadType }) => [
      name,
      sendPayloadType,
      receivePayloadType,
    ]);
  assert.deepEqual(numbers(result.media[0]), numbers());
  assert.equal(result.answer.origin.sessionVersion, '2');
  assert.deepEqual(changesOf(remote, asked).media[1], ['added']);
});

test('Chromium begins with data and adds voice to the same transport', { skip }, async (t) => {
  const page = await connection(t);
  const first = await offered(page, `pc.createDataChannel('chat')`);
  const begun = answer(first, SERVER, { origin, media: wants(['application']) });
  assert(begun.ok, JSON.stringify(begun));
  await take(page, begun.answer);
  const second = await offered(page, `pc.addTransceiver('audio')`);
  const result = answer(second, SERVER, {
    origin,
    media: wants(['application', 'audio']),
    previous: { local: begun.answer, remote: first, offerer: 'remote' },
  });
  assert(result.ok, JSON.stringify(result));
  await take(page, result.answer);
  assert.deepEqual(await directions(page), ['sendrecv']);
  assert.deepEqual(
    result.media.map(({ transport: { index, isRtcpMux } }) => [index, isRtcpMux]),
    [
      [0, false],
      [0, true],
    ],
  );
});
