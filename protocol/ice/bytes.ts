// Runs of bytes: compared and joined.

/** Whether both are the same; how long that takes says nothing about where they differ. */
export function equalInConstantTime(a: Uint8Array, b: Uint8Array, bAt = 0, length = b.length - bAt): boolean {
  if (a.length !== length || b.length < bAt + length) return false;
  let difference = 0;
  for (let i = 0; i < length; i++) difference |= a[i]! ^ b[bAt + i]!;
  return difference === 0;
}

/** Below zero, zero or above, as of numbers that are written so. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}

/** One after the other in memory of their own. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
