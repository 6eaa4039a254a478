// a=extmap: which number a header extension of RTP has (RFC 8285 §8).
import { parseInteger, splitWord } from '../grammar.ts';
import { type Direction, isDirection } from './direction.ts';

export interface Extmap {
  /** 1 … 14 with one-byte headers, 1 … 255 with two; 4096 … 4351 asks the answerer for a number. */
  readonly id: number;
  /** Absent is that of the media. */
  readonly direction?: Direction;
  readonly uri: string;
  /** As they were written. */
  readonly parameters?: string;
}

/** 15 is kept for later, and is nobody's number (RFC 8285 §4.2). */
export function isUsableExtensionId(id: number, mayHaveTwoBytes: boolean): boolean {
  return id >= 1 && id !== 15 && id <= (mayHaveTwoBytes ? 255 : 14);
}

/** More extensions than ids were left: a proposal without a number (RFC 8285 §7). */
export function isProposedExtensionId(id: number): boolean {
  return id >= 4_096 && id <= 4_351;
}

export function parseExtmap(value: string): Extmap | undefined {
  const [first, rest] = splitWord(value);
  const [number, direction, ...more] = first.split('/');
  const id = parseInteger(number, 4_351);
  const [uri, parameters] = splitWord(rest);
  if (!id || (id > 255 && !isProposedExtensionId(id)) || uri === '' || more.length > 0) return undefined;
  if (direction !== undefined && !isDirection(direction)) return undefined;
  return {
    id,
    ...(direction === undefined ? {} : { direction }),
    uri,
    ...(parameters === '' ? {} : { parameters }),
  };
}

export function serializeExtmap({ id, direction, uri, parameters }: Extmap): string {
  const number = direction === undefined ? `${id}` : `${id}/${direction}`;
  return `${number} ${uri}${parameters === undefined ? '' : ` ${parameters}`}`;
}
