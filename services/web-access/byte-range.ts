// Which bytes a player asks for (RFC 9110 §14.1.2): one range; of several, and of what is not understood, all is sent. Pure.

export interface ByteRange {
  readonly from: number;
  /** The last one, and with it. */
  readonly to: number;
}

/** @returns undefined: all of it; `beyond`: there is nothing there (416). */
export function byteRange(asked: string | undefined, totalBytes: number): ByteRange | 'beyond' | undefined {
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(asked ?? '') ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined;
  const end = totalBytes - 1;
  if (first === '') {
    const count = Number(last);
    return count === 0 ? 'beyond' : { from: Math.max(0, totalBytes - count), to: end };
  }
  const [from, to] = [Number(first), last === '' ? end : Math.min(Number(last), end)];
  if (last !== '' && Number(last) < from) return undefined;
  return from > end ? 'beyond' : { from, to };
}
