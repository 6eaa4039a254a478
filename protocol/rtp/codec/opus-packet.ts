// What an Opus packet says of itself (RFC 6716 §3): how long it lasts, how many channels, how many frames, whether it is silence.
// Decoding is another's work.

export const OPUS_CLOCK_RATE = 48_000;
/** RFC 6716 §3.2.1: no frame is longer. */
const MAX_FRAME_BYTES = 1_275;
const MAX_PACKET_MS = 120;

export interface OpusPacket {
  readonly ok: true;
  readonly mode: 'silk' | 'hybrid' | 'celt';
  /** 4, 6, 8, 12 or 20 kHz. */
  readonly bandwidthHz: number;
  /** What was coded; a decoder gives as many as it is asked for. */
  readonly channels: 1 | 2;
  /** 2.5, 5, 10, 20, 40 or 60. */
  readonly frameMs: number;
  readonly frames: number;
  /** 2.5 … 120. */
  readonly durationMs: number;
  /** The same on the clock of RTP, 48 kHz whatever the bandwidth (RFC 7587 §4.1). */
  readonly durationTicks: number;
  /** No frame has sound: the sender is silent, and says so a few times a second (RFC 6716 §2.1.9). */
  readonly isSilence: boolean;
  /** The first frame carries the one before it once more: ask the decoder for it if that was lost (RFC 6716 §2.1.7). */
  readonly hasRedundancy: boolean;
}

export interface OpusError {
  readonly ok: false;
  readonly reason: string;
  readonly offset: number;
}

const wrong = (reason: string, offset: number): OpusError => ({ ok: false, reason, offset });

const SILK_MS = [10, 20, 40, 60] as const;
const CELT_MS = [2.5, 5, 10, 20] as const;

/** How long a packet lasts in ticks of 48 kHz, by its first bytes alone; 0 for what is none. Allocates nothing. */
export function opusDurationTicks(payload: Uint8Array): number {
  if (payload.length === 0) return 0;
  const toc = payload[0]!;
  const code = toc & 3;
  if (code === 3 && payload.length < 2) return 0;
  const frames = code === 0 ? 1 : code === 3 ? payload[1]! & 63 : 2;
  const ticks = frameMs(toc >> 3) * 48 * frames;
  return ticks > MAX_PACKET_MS * 48 ? 0 : ticks;
}

/** Reads the packet, and checks it by the rules R1 … R7 of RFC 6716 §3.4. */
export function parseOpusPacket(payload: Uint8Array): OpusPacket | OpusError {
  if (payload.length === 0) return wrong('an Opus packet has one byte at least', 0);
  const toc = payload[0]!;
  const configuration = toc >> 3;
  const layout = readFrames(payload);
  if ('reason' in layout) return layout;
  const ms = frameMs(configuration);
  const durationMs = ms * layout.frames;
  if (durationMs > MAX_PACKET_MS) return wrong('longer than 120 ms', 1);
  const mode = configuration < 12 ? 'silk' : configuration < 16 ? 'hybrid' : 'celt';
  const channels = (toc & 4) === 0 ? 1 : 2;
  return {
    ok: true,
    mode,
    bandwidthHz: bandwidth(configuration),
    channels,
    frameMs: ms,
    frames: layout.frames,
    durationMs,
    durationTicks: durationMs * 48,
    isSilence: layout.longestBytes <= 1,
    hasRedundancy: mode !== 'celt' && hasRedundancy(payload, layout, ms, channels),
  };
}

interface Layout {
  readonly frames: number;
  readonly longestBytes: number;
  readonly firstAt: number;
  readonly firstBytes: number;
}

function readFrames(payload: Uint8Array): Layout | OpusError {
  const bytes = payload.length - 1;
  switch (payload[0]! & 3) {
    case 0:
      if (bytes > MAX_FRAME_BYTES) return wrong('a frame is too long', 1);
      return { frames: 1, longestBytes: bytes, firstAt: 1, firstBytes: bytes };
    case 1:
      if (bytes % 2 !== 0) return wrong('two equal frames in an odd number of bytes', 1);
      if (bytes / 2 > MAX_FRAME_BYTES) return wrong('a frame is too long', 1);
      return { frames: 2, longestBytes: bytes / 2, firstAt: 1, firstBytes: bytes / 2 };
    case 2: {
      const first = frameLength(payload, 1, payload.length);
      if (first === -1) return wrong('the length of the first frame is cut off', 1);
      const firstAt = 1 + lengthBytes(first);
      const second = payload.length - firstAt - first;
      if (second < 0) return wrong('the first frame is cut off', 1);
      if (second > MAX_FRAME_BYTES) return wrong('a frame is too long', firstAt + first);
      return { frames: 2, longestBytes: Math.max(first, second), firstAt, firstBytes: first };
    }
    default:
      return readMany(payload);
  }
}

/** Code 3: a count, padding, and lengths of all frames or of none (RFC 6716 §3.2.5). */
function readMany(payload: Uint8Array): Layout | OpusError {
  if (payload.length < 2) return wrong('the number of frames is cut off', 1);
  const head = payload[1]!;
  const frames = head & 63;
  if (frames === 0) return wrong('no frames', 1);
  if (frames * frameMs(payload[0]! >> 3) > MAX_PACKET_MS) return wrong('longer than 120 ms', 1);
  let at = 2;
  let end = payload.length;
  if ((head & 64) !== 0) {
    for (let byte = 255; byte === 255; at++) {
      if (at >= payload.length) return wrong('the length of the padding is cut off', at);
      byte = payload[at]!;
      end -= byte === 255 ? 254 : byte;
    }
    if (end < at) return wrong('the padding is longer than the packet', at);
  }
  if ((head & 128) === 0) {
    const each = (end - at) / frames;
    if (!Number.isInteger(each)) return wrong('the frames are not equal', at);
    if (each > MAX_FRAME_BYTES) return wrong('a frame is too long', at);
    return { frames, longestBytes: each, firstAt: at, firstBytes: each };
  }
  let longest = 0;
  let sum = 0;
  let first = -1;
  for (let frame = 0; frame < frames - 1; frame++) {
    const length = frameLength(payload, at, end);
    if (length === -1) return wrong('the length of a frame is cut off', at);
    at += lengthBytes(length);
    sum += length;
    longest = Math.max(longest, length);
    if (first === -1) first = length;
  }
  const last = end - at - sum;
  if (last < 0) return wrong('a frame is cut off', at);
  if (last > MAX_FRAME_BYTES) return wrong('a frame is too long', at);
  return {
    frames,
    longestBytes: Math.max(longest, last),
    firstAt: at,
    firstBytes: first === -1 ? last : first,
  };
}

/** One byte up to 251, else two (RFC 6716 §3.2.1). −1 where it is cut off. */
function frameLength(payload: Uint8Array, at: number, end: number): number {
  if (at >= end) return -1;
  const first = payload[at]!;
  if (first < 252) return first;
  return at + 1 >= end ? -1 : payload[at + 1]! * 4 + first;
}

function lengthBytes(length: number): number {
  return length < 252 ? 1 : 2;
}

function frameMs(configuration: number): number {
  if (configuration < 12) return SILK_MS[configuration & 3]!;
  if (configuration < 16) return (configuration & 1) === 0 ? 10 : 20;
  return CELT_MS[configuration & 3]!;
}

function bandwidth(configuration: number): number {
  if (configuration < 12) return [4_000, 6_000, 8_000][configuration >> 2]!;
  if (configuration < 16) return configuration < 14 ? 12_000 : 20_000;
  return [4_000, 8_000, 12_000, 20_000][(configuration - 16) >> 2]!;
}

/**
 * The flags at the head of a SILK frame: voice for each 20 ms, then redundancy, for each channel (RFC 6716 §4.2.3). Their
 * odds are even, so that they stand in the bytes as plain bits.
 */
function hasRedundancy(payload: Uint8Array, layout: Layout, ms: number, channels: 1 | 2): boolean {
  if (layout.firstBytes < 2) return false;
  const first = payload[layout.firstAt]!;
  const voices = Math.max(1, ms / 20);
  const flag = (position: number) => (first & (0x80 >> position)) !== 0;
  return flag(voices) || (channels === 2 && flag(2 * voices + 1));
}
