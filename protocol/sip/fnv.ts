// FNV-1a, 32 bits: a quick sum over characters or bytes, for what has to be the same for the same and is no secret. One
// step at a time, so that each caller decides what it walks over. Used by the proxy, transactions and the network.

export const FNV_START = 0x811c9dc5;

export function fnvStep(sum: number, code: number): number {
  return Math.imul(sum ^ code, 0x01000193);
}

/** Of the characters of a text; unsigned. @param start another one gives other sums. */
export function fnvOfText(text: string, start = FNV_START): number {
  let sum = start;
  for (let index = 0; index < text.length; index++) sum = fnvStep(sum, text.charCodeAt(index));
  return sum >>> 0;
}
