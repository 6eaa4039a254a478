// What a request must be before anyone asks who sent it (RFC 3261 §16.3, §8.2.1 to §8.2.2). Pure. Used by walk.ts.
import {
  parseNameAddr,
  parseSipUri,
  type SipRequest,
  unescapeUri,
  unsupportedOptions,
  validateRequest,
} from '@parley/protocol/sip';
import { isOwnHost, type OwnHosts } from './own-hosts.ts';
import { isScanner } from './scanner.ts';

export interface RefusalAnswer {
  readonly kind: 'refuse';
  readonly status: number;
  readonly reason?: string;
  readonly headers?: readonly (readonly [string, string])[];
}

export type Admission =
  | RefusalAnswer
  /** `localPart` of the Request-URI in lower case, or undefined where it names the server itself. */
  | { readonly kind: 'admit'; readonly localPart: string | undefined };

/** Methods that this server answers itself. */
export const ALLOWED = ['REGISTER', 'OPTIONS', 'MESSAGE', 'SUBSCRIBE', 'NOTIFY', 'PUBLISH'] as const;
/** Methods whose requests end here, so that their Require is for us (RFC 3261 §8.2.2.3). */
const ENDS_HERE = new Set(['REGISTER', 'MESSAGE', 'SUBSCRIBE', 'PUBLISH']);
/** Methods that are known but not taken by the server itself: 405 instead of 501 (RFC 3261 §21.4.6, §21.5.2). */
const KNOWN = new Set([...ALLOWED, 'INVITE', 'BYE', 'INFO', 'PRACK', 'REFER', 'UPDATE']);
/** Extensions of REGISTER that we understand in Require (RFC 3327 §5.1, RFC 5627 §5.1, RFC 5626 §6). */
export const EXTENSIONS: ReadonlySet<string> = new Set(['path', 'gruu', 'outbound']);
/** Those of SUBSCRIBE: lists of people (RFC 4662 §4.1, RFC 5367 §5). */
export const SUBSCRIBE_EXTENSIONS: ReadonlySet<string> = new Set(['eventlist', 'recipient-list-subscribe']);
const NO_EXTENSIONS: ReadonlySet<string> = new Set();
/** What Require may name in a request that ends here. */
const EXTENSIONS_OF: Readonly<Record<string, ReadonlySet<string>>> = {
  REGISTER: EXTENSIONS,
  SUBSCRIBE: SUBSCRIBE_EXTENSIONS,
};

export function endsHere(method: string): boolean {
  return ENDS_HERE.has(method);
}

export const ALLOW: readonly [string, string] = ['Allow', ALLOWED.join(', ')];

/** What holds for every request, wherever it goes (RFC 3261 §16.3); undefined where nothing is wrong. */
export function refusalOf(request: SipRequest): { readonly kind: 'ignore' } | RefusalAnswer | undefined {
  const { headers } = request;
  if (isScanner(headers.get('User-Agent'))) return { kind: 'ignore' };
  const fault = validateRequest(request);
  if (fault !== undefined) return refuse(fault.status, fault.reason);
  const proxyRequire = unsupportedOptions(headers, 'Proxy-Require', NO_EXTENSIONS);
  return proxyRequire.length > 0 ? unsupported(proxyRequire) : undefined;
}

/** Whether we serve the Request-URI. @param request with our own Routes taken off. */
export function admit(request: SipRequest, own: OwnHosts, localAddress: string): Admission {
  const { method, headers } = request;
  const uri = parseSipUri(request.uri);
  if (uri === undefined || !isOwnHost(own, uri.host, localAddress, uri.port)) {
    return method === 'REGISTER'
      ? refuse(404, 'Not a Domain of This Server')
      : refuse(403, 'Relaying Denied');
  }
  // A Route that does not name us would make us relay for the sender.
  if (headers.has('Route')) return refuse(403, 'Relaying Denied');
  if (endsHere(method) || uri.user === undefined) {
    const required = unsupportedOptions(headers, 'Require', EXTENSIONS_OF[method] ?? NO_EXTENSIONS);
    if (required.length > 0) return unsupported(required);
  }
  if (uri.user === undefined && !ALLOWED.some((allowed) => allowed === method)) {
    return KNOWN.has(method) ? refuse(405, undefined, [ALLOW]) : refuse(501, undefined, [ALLOW]);
  }
  return {
    kind: 'admit',
    localPart: uri.user === undefined ? undefined : unescapeUri(uri.user).toLowerCase(),
  };
}

/** RFC 3261 §22: From is who the sender says to be; it has to be who the digest proved. */
export function isFromCaller(
  request: SipRequest,
  address: string,
  own: OwnHosts,
  localAddress: string,
): boolean {
  const from = parseSipUri(parseNameAddr(request.headers.get('From') ?? '')?.uri ?? '');
  if (from?.user === undefined || !isOwnHost(own, from.host, localAddress)) return false;
  return `${unescapeUri(from.user).toLowerCase()}@${own.domain.toLowerCase()}` === address;
}

/** RFC 3261 §22: the same for a server that is not believed: nobody behind it is one of ours. */
export function isFromOurs(request: SipRequest, own: OwnHosts, localAddress: string): boolean {
  const from = parseSipUri(parseNameAddr(request.headers.get('From') ?? '')?.uri ?? '');
  return from !== undefined && isOwnHost(own, from.host, localAddress);
}

function unsupported(options: readonly string[]): RefusalAnswer {
  return refuse(420, undefined, [['Unsupported', options.join(', ')]]);
}

function refuse(status: number, reason?: string, headers?: RefusalAnswer['headers']): RefusalAnswer {
  return {
    kind: 'refuse',
    status,
    ...(reason === undefined ? {} : { reason }),
    ...(headers === undefined ? {} : { headers }),
  };
}
