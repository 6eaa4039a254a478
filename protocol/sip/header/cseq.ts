// CSeq: the order of requests in a dialog and the method a response answers (RFC 3261 §20.16).
import { isToken, parseNumber, trimSpace } from '../grammar.ts';

export interface CSeq {
  /** 0 … 2³¹−1 (RFC 3261 §8.1.1.5). */
  readonly sequence: number;
  readonly method: string;
}

export const MAX_SEQUENCE = 2 ** 31 - 1;

export function parseCSeq(text: string): CSeq | undefined {
  const trimmed = trimSpace(text);
  const space = trimmed.search(/[ \t]/);
  if (space === -1) return undefined;
  const sequence = parseNumber(trimmed.slice(0, space), MAX_SEQUENCE);
  const method = trimSpace(trimmed.slice(space));
  return sequence === undefined || !isToken(method) ? undefined : { sequence, method };
}

export function serializeCSeq(cseq: CSeq): string {
  return `${cseq.sequence} ${cseq.method}`;
}
