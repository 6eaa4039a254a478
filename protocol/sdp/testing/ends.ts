// Two ends for tests: a browser and a desk phone, with what each can do and a transport of its own.

import type { SessionDescription } from '../description.ts';
import type { Capabilities, Intent, LocalTransport, MediaIntent } from '../negotiation/capabilities.ts';
import {
  COMFORT_NOISE,
  G722,
  H264,
  OPUS,
  PCMA,
  PCMU,
  TELEPHONE_EVENT,
  TELEPHONE_EVENT_48000,
  VP8,
} from '../negotiation/codec-list.ts';
import { parseSdp, type SdpParseResult } from '../parser.ts';

export const MID = 'urn:ietf:params:rtp-hdrext:sdes:mid';
export const LEVEL = 'urn:ietf:params:rtp-hdrext:ssrc-audio-level';

export const SERVER: Capabilities = {
  rtp: {
    audio: {
      codecs: [OPUS, G722, PCMA, PCMU, COMFORT_NOISE, TELEPHONE_EVENT, TELEPHONE_EVENT_48000],
      headerExtensions: [{ uri: MID }, { uri: LEVEL }],
    },
    video: { codecs: [VP8, H264], headerExtensions: [{ uri: MID }] },
  },
  data: { port: 5_000, maxMessageBytes: 262_144 },
  security: ['dtls', 'sdes', 'none'],
  bundle: true,
  rtcpMux: 'offered',
  rtcpReducedSize: true,
};

export const BROWSER: Capabilities = { ...SERVER, security: ['dtls'], rtcpMux: 'required' };

export const PHONE: Capabilities = {
  rtp: { audio: { codecs: [G722, PCMA, PCMU, TELEPHONE_EVENT] } },
  security: ['sdes', 'none'],
  bundle: false,
  rtcpMux: 'never',
  rtcpReducedSize: false,
};

const base64 = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd';

/** With everything; `n` makes addresses, keys and ports differ. */
export function transport(n = 1): LocalTransport {
  return { ...webTransport(n), sdes: keys(n) };
}

export function keys(n: number): NonNullable<LocalTransport['sdes']> {
  const inline = `${String.fromCharCode(65 + n)}${base64.slice(1)}`;
  return [
    { suite: 'AES_CM_128_HMAC_SHA1_80', key: { inline } },
    { suite: 'AES_CM_128_HMAC_SHA1_32', key: { inline } },
  ];
}

export function phoneTransport(n = 1): LocalTransport {
  return { address: `203.0.113.${n}`, port: 20_000 + 2 * n, rtcpPort: 20_001 + 2 * n };
}

export function webTransport(n = 1): LocalTransport {
  const value = Array.from({ length: 32 }, () => n.toString(16).padStart(2, '0').toUpperCase()).join(':');
  const candidate = { component: 1, transport: 'udp', priority: 2_130_706_431, extensions: [] };
  const [address, port] = [`203.0.113.${n}`, 20_000 + 2 * n];
  return {
    address,
    port,
    ice: {
      ufrag: `frag${n}`,
      password: `password-of-${n}-`.replaceAll('-', '+').padEnd(24, 'x'),
      candidates: [{ ...candidate, foundation: '1', address, port, type: 'host' }],
      isComplete: true,
    },
    dtls: { fingerprints: [{ hash: 'sha-256', value }] },
  };
}

export function audio(at: LocalTransport, direction: MediaIntent['direction'] = 'sendrecv'): MediaIntent {
  return { kind: 'audio', direction, transport: at };
}

export function video(at: LocalTransport, direction: MediaIntent['direction'] = 'sendrecv'): MediaIntent {
  return { kind: 'video', direction, transport: at };
}

export function intent(media: Intent['media'], more: Partial<Intent> = {}): Intent {
  return { origin: { sessionId: '7', address: '203.0.113.1' }, media, ...more };
}

/** For an offer: each of its media with one transport. */
export function wanting(offered: SessionDescription, at: LocalTransport = transport()): Intent {
  return intent(offered.media.map(({ kind }) => ({ kind, direction: 'sendrecv' as const, transport: at })));
}

export function read(input: Uint8Array | string): SessionDescription {
  const parsed: SdpParseResult = parseSdp(input);
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.description;
}

/** A description around these lines. */
export function sdp(...lines: readonly string[]): string {
  return ['v=0', 'o=- 1 1 IN IP4 192.0.2.1', 's=-', 'c=IN IP4 192.0.2.1', 't=0 0', ...lines, ''].join('\r\n');
}
