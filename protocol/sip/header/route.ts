// Route, Record-Route, Path and Service-Route: the proxies that a request visits, in order (RFC 3261 §20.30, §20.34,
// RFC 3327 §4, RFC 3608 §5). Used by the proxy and dialogs.
import type { HeaderFields } from '../header-fields.ts';
import { parseSipUri } from '../uri.ts';
import { type NameAddr, parseNameAddr, serializeNameAddr } from './name-addr.ts';

export type RouteHeader = 'Route' | 'Record-Route' | 'Path' | 'Service-Route';

const MAX_ROUTES = 256;

/** The set in the order of the message, empty where there is none, undefined where a value is no name-addr. */
export function parseRouteSet(headers: HeaderFields, name: RouteHeader): readonly NameAddr[] | undefined {
  const values = headers.getAll(name);
  if (values.length > MAX_ROUTES) return undefined;
  const routes: NameAddr[] = [];
  for (const value of values) {
    // route-param = name-addr: the brackets are not optional here (RFC 3261 §25.1).
    const route = value.includes('<') ? parseNameAddr(value) : undefined;
    if (route === undefined) return undefined;
    routes.push(route);
  }
  return routes;
}

export function serializeRouteSet(routes: Iterable<NameAddr>): string {
  return Array.from(routes, serializeNameAddr).join(', ');
}

/** Whether a proxy with this URI routes loosely (RFC 3261 §16.12): it says so with `lr`. */
export function isLooseRouter(uri: string): boolean {
  return parseSipUri(uri)?.params.has('lr') ?? false;
}
