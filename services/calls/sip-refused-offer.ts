// What a phone reads whose description of its media is not taken (RFC 3261 §13.3.1.3: 488 "SHOULD include a Warning").
import type { Fault } from '@parley/platform/contract';
import type { AnswerParts } from '@parley/protocol/sip';
import { mediaErrors } from '../media/contract.ts';

/** RFC 3261 §20.43: 305 is a format of media that is not known here, 399 anything else. */
const INCOMPATIBLE = 305;
const MISCELLANEOUS = 399;
const AGAIN_S = '5';

export interface Refusal {
  readonly status: number;
  readonly parts: AnswerParts;
}

const ROWS: Readonly<Record<string, { readonly sip?: number }>> = mediaErrors.table;

/** @param fault of the media host. */
export function refusedOffer(fault: Fault): Refusal {
  // What is not the phone's doing passes.
  const status = ROWS[fault.code]?.sip ?? 503;
  return { status, parts: refusalParts(status, fault) };
}

export function refusalParts(status: number, { sentence, remedy }: Fault): AnswerParts {
  const text = remedy === undefined ? sentence : `${sentence} ${remedy}`;
  const code = status === 488 ? INCOMPATIBLE : MISCELLANEOUS;
  const headers: (readonly [string, string])[] = [['Warning', `${code} parley "${text}"`]];
  if (status === 503) headers.push(['Retry-After', AGAIN_S]);
  return { headers };
}
