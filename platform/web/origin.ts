// Which names this server answers to and which pages may write to it: against DNS rebinding and cross-site requests.
// Used for every request and every WebSocket upgrade.
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { plainAddress } from '../net/net-address.ts';

/** The name in a Host header without its port, lower case; undefined when it is no host at all. */
export function hostName(host: string | undefined): string | undefined {
  const match = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/i.exec(host ?? '');
  return match?.[1]?.toLowerCase().replace(/^\[|\]$/g, '');
}

/**
 * True for the names of this server. An address is always one: a page that rebinds its name keeps its name in Host,
 * so only names can lie.
 */
export function isOurHost(host: string | undefined, publicHosts: ReadonlySet<string>): boolean {
  const name = hostName(host);
  if (name === undefined) return false;
  return name === 'localhost' || isIP(name) !== 0 || publicHosts.has(name);
}

/** True when a request with this Origin was made by one of our own pages, or by a program (which sends none). */
export function isOurOrigin(
  origin: string | undefined,
  host: string | undefined,
  publicHosts: ReadonlySet<string>,
): boolean {
  if (origin === undefined) return true;
  if (!URL.canParse(origin)) return false;
  const page = new URL(origin);
  if (page.protocol !== 'http:' && page.protocol !== 'https:') return false;
  // A proxy in front may end TLS, so the scheme is not compared: the name and the port as the browser wrote them are.
  const ported = (name: string) => name.toLowerCase().replace(/:(80|443)$/, '');
  return ported(page.host) === ported(host ?? '') || publicHosts.has(hostName(page.host) ?? '');
}

/** The same, or the page of another site that the administrator lets in; `*` lets all in. */
export function isAllowedOrigin(
  origin: string | undefined,
  host: string | undefined,
  publicHosts: ReadonlySet<string>,
  others: readonly string[],
): boolean {
  if (isOurOrigin(origin, host, publicHosts) || others.includes('*')) return true;
  return others.some((other) => new URL(other).origin === origin);
}

/**
 * Where a request came from. A proxy on this machine names its peer last in X-Forwarded-For; what it forwards is never
 * taken for local, because the set-up without a code is for people at this machine only.
 */
export function sourceOf(request: IncomingMessage): string {
  const peer = plainAddress(request.socket.remoteAddress ?? '');
  const forwarded = request.headers['x-forwarded-for'];
  if (forwarded === undefined || !isLoopback(peer)) return peer;
  const named = plainAddress(String(forwarded).split(',').at(-1)!.trim());
  return isIP(named) !== 0 && !isLoopback(named) ? named : 'unknown';
}

export function isLoopback(source: string): boolean {
  return source === '::1' || /^127\./.test(source);
}

/** True when the browser's side is encrypted: a proxy on this machine that ends TLS says so. */
export function isSecure(request: IncomingMessage): boolean {
  if ('encrypted' in request.socket) return true;
  return (
    isLoopback(plainAddress(request.socket.remoteAddress ?? '')) &&
    request.headers['x-forwarded-proto'] === 'https'
  );
}
