// SIP messages as values (RFC 3261 §7). A header is kept as it came and parsed when it is asked for.
import type { HeaderFields } from './header-fields.ts';

export interface SipRequest {
  readonly kind: 'request';
  readonly method: string;
  /** The Request-URI as it came, unparsed. */
  readonly uri: string;
  readonly headers: HeaderFields;
  readonly body: Uint8Array;
}

export interface SipResponse {
  readonly kind: 'response';
  /** 100 … 699 (RFC 3261 §7.2). */
  readonly status: number;
  readonly reason: string;
  readonly headers: HeaderFields;
  readonly body: Uint8Array;
  /** Start line and fields as they go to the wire, where that was made already; nothing may change after it. */
  readonly head?: string;
}

export type SipMessage = SipRequest | SipResponse;

/** Why bytes are not a message, where that was seen, and what a server should answer. */
export interface SipParseError {
  readonly ok: false;
  readonly reason: string;
  /** Byte offset of the first offending byte. */
  readonly offset: number;
  /** Status to answer with, or undefined where no answer can be made or is allowed. */
  readonly status: number | undefined;
  /** What could be read, so that an answer can be addressed. */
  readonly partial?: SipMessage;
}

export type SipParseResult = { readonly ok: true; readonly message: SipMessage } | SipParseError;

export const NO_BODY = new Uint8Array(0);
