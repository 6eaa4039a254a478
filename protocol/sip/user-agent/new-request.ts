// The first request of a dialog, or one outside of any (RFC 3261 §8.1.1), without Via. Used by UserAgent.
import { createRequest } from '../build-message.ts';
import { isTargetRefresh } from '../dialog/dialog.ts';
import { serializeCSeq } from '../header/cseq.ts';
import { serializeNameAddr } from '../header/name-addr.ts';
import type { SipRequest } from '../message.ts';

export interface NewRequestParts {
  /** The Request-URI, and the To where that is not said. */
  readonly uri: string;
  /** In whose name, where it is not the user agent's own: a name-addr without tag. */
  readonly from?: string | undefined;
  /** A name-addr: `"Bob" <sip:bob@example.com>`. */
  readonly to?: string | undefined;
  readonly headers?: readonly (readonly [string, string])[] | undefined;
  readonly body?: Uint8Array | undefined;
  /** Proxies to visit first (RFC 3261 §8.1.2), each in angle brackets. */
  readonly routes?: readonly string[] | undefined;
  /** What the requests of one registration have in common (RFC 3261 §10.2). */
  readonly callId?: string | undefined;
  readonly sequence?: number | undefined;
  readonly fromTag?: string | undefined;
}

export function newRequest(
  method: string,
  parts: NewRequestParts,
  our: { readonly from: string; readonly contact: string | undefined; readonly token: () => string },
): SipRequest {
  const headers: (readonly [string, string])[] = [
    ['Max-Forwards', '70'],
    ...(parts.routes ?? []).map((route) => ['Route', route] as const),
    ['From', `${parts.from ?? our.from};tag=${parts.fromTag ?? our.token()}`],
    ['To', parts.to ?? serializeNameAddr({ uri: parts.uri })],
    ['Call-ID', parts.callId ?? our.token()],
    ['CSeq', serializeCSeq({ sequence: parts.sequence ?? 1, method })],
  ];
  const isGiven = parts.headers?.some(([name]) => /^(contact|m)$/i.test(name)) ?? false;
  // RFC 3261 §8.1.1.8: Contact "MUST be present … in any request that can result in the establishment of a dialog".
  if (!isGiven && our.contact !== undefined && isTargetRefresh(method))
    headers.push(['Contact', serializeNameAddr({ uri: our.contact })]);
  return createRequest({
    method,
    uri: parts.uri,
    headers: [...headers, ...(parts.headers ?? [])],
    body: parts.body,
  });
}
