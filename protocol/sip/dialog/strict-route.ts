// The repair of what a strict router made of a request (RFC 3261 §16.4, §16.12.1.2). Used by back-to-back user agents
// and proxies that record routes.
import { parseNameAddr, serializeNameAddr } from '../header/name-addr.ts';
import { isLooseRouter, parseRouteSet } from '../header/route.ts';
import type { SipRequest } from '../message.ts';

/**
 * RFC 3261 §16.4: where the Request-URI is one that we put into Record-Route, it is replaced "with the last value from
 * the Route header field", which is removed. @returns the request itself where there is nothing to repair.
 */
export function repairStrictRoute(request: SipRequest, isOurRoute: (uri: string) => boolean): SipRequest {
  if (!isOurRoute(request.uri)) return request;
  const routes = parseRouteSet(request.headers, 'Route');
  const target = routes?.at(-1)?.uri;
  if (target === undefined) return request;
  const headers = request.headers.clone();
  const rest = headers.getAll('Route').slice(0, -1);
  headers.remove('Route');
  for (const route of rest) headers.append('Route', route);
  return { ...request, uri: target, headers };
}

/** RFC 3261 §16.4: "if the first value in the Route header field indicates this proxy", it is taken away. */
export function removeOwnRoute(request: SipRequest, isOurRoute: (uri: string) => boolean): SipRequest {
  const first = request.headers.get('Route');
  const uri = first === undefined ? undefined : parseNameAddr(first)?.uri;
  if (uri === undefined || !isOurRoute(uri)) return request;
  const headers = request.headers.clone();
  headers.removeFirst('Route');
  return { ...request, headers };
}

/**
 * RFC 3261 §16.6 step 6: where the first Route has no lr, "the proxy MUST place the Request-URI into the Route header
 * field as the last value" and that first one into the Request-URI. @returns the request itself where it has lr.
 */
export function addressStrictRouter(request: SipRequest): SipRequest {
  const first = request.headers.get('Route');
  const uri = first === undefined ? undefined : parseNameAddr(first)?.uri;
  if (uri === undefined || isLooseRouter(uri)) return request;
  const headers = request.headers.clone();
  headers.removeFirst('Route');
  headers.append('Route', serializeNameAddr({ uri: request.uri }));
  return { ...request, uri, headers };
}
