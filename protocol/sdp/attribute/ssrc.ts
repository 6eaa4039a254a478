// a=ssrc and a=ssrc-group: the RTP sources of a media description (RFC 5576 §4).
import { isToken, parseInteger, splitWord, wordsOf } from '../grammar.ts';

/** One attribute of one source: `cname`, `msid`, `fmtp`, `previous-ssrc`, … */
export interface SourceAttribute {
  /** 0 … 2³²−1. */
  readonly ssrc: number;
  readonly name: string;
  readonly value?: string;
}

export interface SourceGroup {
  /** `FID` (a stream and its retransmission), `FEC-FR`, `SIM`, … */
  readonly semantics: string;
  readonly ssrcs: readonly number[];
}

const MAX_SSRC = 0xffff_ffff;

export function parseSsrc(text: string): SourceAttribute | undefined {
  const [first, rest] = splitWord(text);
  const ssrc = parseInteger(first, MAX_SSRC);
  const colon = rest.indexOf(':');
  const name = colon === -1 ? rest : rest.slice(0, colon);
  if (ssrc === undefined || !isToken(name)) return undefined;
  return colon === -1 ? { ssrc, name } : { ssrc, name, value: rest.slice(colon + 1) };
}

export function serializeSsrc({ ssrc, name, value }: SourceAttribute): string {
  return `${ssrc} ${name}${value === undefined ? '' : `:${value}`}`;
}

export function parseSsrcGroup(value: string): SourceGroup | undefined {
  const [semantics, ...words] = wordsOf(value);
  const ssrcs = words.map((word) => parseInteger(word, MAX_SSRC));
  if (semantics === undefined || !isToken(semantics)) return undefined;
  return ssrcs.every((ssrc) => ssrc !== undefined) ? { semantics, ssrcs } : undefined;
}

export function serializeSsrcGroup({ semantics, ssrcs }: SourceGroup): string {
  return [semantics, ...ssrcs].join(' ');
}
