// Comparison whose time says nothing about where two secrets differ. Used for digests and nonces.

/** Walks the whole of `actual`, which the peer sent; only its length shows in the time it takes. */
export function equalInConstantTime(expected: string, actual: string): boolean {
  let difference = expected.length ^ actual.length;
  for (let i = 0; i < actual.length; i++) {
    difference |= actual.charCodeAt(i) ^ expected.charCodeAt(i % Math.max(1, expected.length));
  }
  return difference === 0;
}
