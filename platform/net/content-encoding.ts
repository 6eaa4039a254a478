// The body of a request as it was before its sender compressed it (RFC 3261 §20.12), within a bound. Used by the stations
// of services whose phones compress.
import { gunzipSync, inflateSync } from 'node:zlib';
import type { SipRequest } from '@parley/protocol/sip';

/** For Accept-Encoding. */
export const CONTENT_ENCODINGS = 'identity, deflate, gzip';

export type DecodedBody =
  | { readonly ok: true; readonly body: Uint8Array }
  | { readonly ok: false; readonly status: 400 | 415; readonly reason: string };

/** COMPAT(linphone 5.1): it compresses lists and what it tells of messages, until it is told not to by its own user. */
export function decodeBody({ headers, body }: SipRequest, maxBytes: number): DecodedBody {
  const encoding = headers.get('Content-Encoding')?.trim().toLowerCase() ?? 'identity';
  if (encoding === 'identity') return { ok: true, body };
  const decode = encoding === 'deflate' ? inflateSync : encoding === 'gzip' ? gunzipSync : undefined;
  if (decode === undefined) return { ok: false, status: 415, reason: 'Unknown Content-Encoding' };
  try {
    return { ok: true, body: decode(body, { maxOutputLength: maxBytes }) };
  } catch {
    return { ok: false, status: 400, reason: 'Body Cannot Be Decompressed' };
  }
}
