// Photos: small pictures, recognised by their first bytes and not by what the sender claims.
import { createHash } from 'node:crypto';

export const PHOTO_LIMIT_BYTES = 512 * 1024;

const SIGNATURES: readonly (readonly [mediaType: string, matches: (bytes: Uint8Array) => boolean])[] = [
  ['image/png', (b) => b[0] === 0x89 && b[1] === 0x50 && b[2] === 0x4e && b[3] === 0x47],
  ['image/jpeg', (b) => b[0] === 0xff && b[1] === 0xd8 && b[2] === 0xff],
  ['image/webp', (b) => text(b, 0, 4) === 'RIFF' && text(b, 8, 12) === 'WEBP'],
];

function text(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to));
}

/** The media type that the bytes are, or undefined where they are no photo. */
export function photoType(bytes: Uint8Array): string | undefined {
  if (bytes.length > PHOTO_LIMIT_BYTES) return undefined;
  return SIGNATURES.find(([, matches]) => matches(bytes))?.[0];
}

/** Names the picture in its URL, so that browsers keep it for ever. */
export function photoTag(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16);
}
