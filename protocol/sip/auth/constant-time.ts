// Comparison whose time says nothing about where two secrets differ. Used for digests and nonces.

/** Only whether the lengths differ shows in the time it takes: how long a digest is, is known to all. */
export function equalInConstantTime(expected: string, actual: string): boolean {
  if (expected.length !== actual.length) return false;
  let difference = 0;
  for (let i = 0; i < actual.length; i++) difference |= actual.charCodeAt(i) ^ expected.charCodeAt(i);
  return difference === 0;
}
