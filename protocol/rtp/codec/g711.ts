// G.711 (ITU-T G.711, tables 1 and 2; payload RFC 3551 §4.5.14): µ-law and A-law, 8,000 bytes a second, by tables both ways.
// Samples are 16 bits, from which µ-law takes 14 and A-law 13, as in ITU-T G.191.

export type G711Law = 'mu' | 'a';

/** The bytes of silence: what to send where nothing is to be heard. */
export const MU_LAW_SILENCE = 0xff;
export const A_LAW_SILENCE = 0xd5;

const MU_BIAS = 33;
const MU_MOST = 0x1fff;

/** One byte as a sample, by the rule: a sign, a segment of three bits, a step of four. */
function expandMu(byte: number): number {
  const turned = ~byte & 0xff;
  const segment = (turned >> 4) & 7;
  const magnitude = (((turned & 15) * 2 + MU_BIAS) << segment) - MU_BIAS;
  return (turned >= 128 ? -magnitude : magnitude) * 4;
}

function expandA(byte: number): number {
  const turned = byte ^ 0x55;
  const segment = (turned >> 4) & 7;
  const step = (turned & 15) * 2 + 1;
  const magnitude = segment === 0 ? step : (step + 32) << (segment - 1);
  return (turned >= 128 ? magnitude : -magnitude) * 8;
}

/** @param sample 14 bits. */
function compressMu(sample: number): number {
  const magnitude = Math.min(MU_MOST, (sample < 0 ? ~sample : sample) + MU_BIAS);
  const segment = 26 - Math.clz32(magnitude);
  const byte = (segment << 4) | ((magnitude >> (segment + 1)) & 15);
  return ~(sample < 0 ? byte | 0x80 : byte) & 0xff;
}

/** @param sample 13 bits; the last does not count. */
function compressA(sample: number): number {
  const magnitude = (sample < 0 ? ~sample : sample) >> 1;
  const segment = magnitude < 16 ? 0 : 28 - Math.clz32(magnitude);
  const step = segment === 0 ? magnitude : magnitude >> (segment - 1);
  return ((segment << 4) | (step & 15) | (sample < 0 ? 0 : 0x80)) ^ 0x55;
}

const samplesOf = {
  mu: Int16Array.from({ length: 256 }, (_, byte) => expandMu(byte)),
  a: Int16Array.from({ length: 256 }, (_, byte) => expandA(byte)),
} as const;
/** By the upper bits of a sample, as two's complement. */
const MU_SHIFT = 2;
const A_SHIFT = 3;
const bytesOf = {
  mu: Uint8Array.from({ length: 2 ** 14 }, (_, bits) => compressMu((bits << 18) >> 18)),
  a: Uint8Array.from({ length: 2 ** 13 }, (_, bits) => compressA((bits << 19) >> 19)),
} as const;
const across = {
  mu: Uint8Array.from({ length: 256 }, (_, byte) => bytesOf.mu[(samplesOf.a[byte]! >> MU_SHIFT) & 0x3fff]!),
  a: Uint8Array.from({ length: 256 }, (_, byte) => bytesOf.a[(samplesOf.mu[byte]! >> A_SHIFT) & 0x1fff]!),
} as const;

/**
 * @param into as many samples as bytes, at least; what is left of it stays as it is. Made where it is not given.
 * @returns samples of 16 bits at 8 kHz.
 */
export function decodeG711(
  law: G711Law,
  bytes: Uint8Array,
  into: Int16Array = new Int16Array(bytes.length),
): Int16Array {
  const table = samplesOf[law];
  for (let at = 0; at < bytes.length; at++) into[at] = table[bytes[at]!]!;
  return into;
}

/** @param samples 16 bits at 8 kHz. @param into as many bytes as samples, at least. */
export function encodeG711(
  law: G711Law,
  samples: Int16Array,
  into: Uint8Array = new Uint8Array(samples.length),
): Uint8Array {
  const table = bytesOf[law];
  const shift = law === 'mu' ? MU_SHIFT : A_SHIFT;
  const mask = table.length - 1;
  for (let at = 0; at < samples.length; at++) into[at] = table[(samples[at]! >> shift) & mask]!;
  return into;
}

/** From the one law into the other, byte by byte, where they are: `to` says which they are in afterwards. */
export function transcodeG711(to: G711Law, bytes: Uint8Array): void {
  const table = across[to];
  for (let at = 0; at < bytes.length; at++) bytes[at] = table[bytes[at]!]!;
}
