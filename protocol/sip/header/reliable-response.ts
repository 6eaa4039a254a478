// RSeq and RAck: the number of a reliable provisional response, and its acknowledgement in a PRACK (RFC 3262 §7.1, §7.2).
import { parseNumber, trimSpace } from '../grammar.ts';
import { type CSeq, parseCSeq, serializeCSeq } from './cseq.ts';

/** 2³²−1 (RFC 3262 §7.1). */
export const MAX_RSEQ = 2 ** 32 - 1;

/** 1 … 2³²−1. */
export function parseRSeq(text: string): number | undefined {
  const rseq = parseNumber(trimSpace(text), MAX_RSEQ);
  return rseq === undefined || rseq === 0 ? undefined : rseq;
}

export function serializeRSeq(rseq: number): string {
  return String(rseq);
}

export interface RAck {
  /** The RSeq of the response. */
  readonly rseq: number;
  /** The CSeq of the response. */
  readonly cseq: CSeq;
}

export function parseRAck(text: string): RAck | undefined {
  const trimmed = trimSpace(text);
  const space = trimmed.search(/[ \t]/);
  if (space === -1) return undefined;
  const rseq = parseRSeq(trimmed.slice(0, space));
  const cseq = parseCSeq(trimmed.slice(space));
  return rseq === undefined || cseq === undefined ? undefined : { rseq, cseq };
}

export function serializeRAck(value: RAck): string {
  return `${value.rseq} ${serializeCSeq(value.cseq)}`;
}
