// CRC-32 as ISO 3309 has it: what FINGERPRINT is made of (RFC 8489 §14.7).

const TABLE = new Int32Array(256);
for (let index = 0; index < 256; index++) {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = (value & 1) !== 0 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  TABLE[index] = value;
}

/** Of the bytes before `end`. Allocates nothing. */
export function crc32(bytes: Uint8Array, end: number): number {
  let crc = -1;
  for (let i = 0; i < end; i++) crc = (crc >>> 8) ^ TABLE[(crc ^ bytes[i]!) & 0xff]!;
  return ~crc >>> 0;
}
