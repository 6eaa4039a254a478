// The addresses that a person types to reach this process, for the ready line and `parley doctor`. Pure.
import { isIPv6 } from 'node:net';
import type { Config } from './config.ts';

const LOCAL = new Set(['127.0.0.1', '::1', '0.0.0.0', '::', 'localhost']);

/** `http://localhost:8080`; the port is left out where the protocol implies it. */
export function webAddress(
  protocol: 'http' | 'https',
  address: string,
  port: number,
  hostName: string,
): string {
  const plain = isIPv6(address) ? `[${address}]` : address;
  const host = LOCAL.has(address) ? (protocol === 'http' ? 'localhost' : hostName) : plain;
  const implied = (protocol === 'http' && port === 80) || (protocol === 'https' && port === 443);
  return `${protocol}://${host}${implied ? '' : `:${port}`}`;
}

/** Where people find the pages from anywhere, also where this process does not serve them: `https://uc.example.com:8443`. */
export function pagesAddress({ listen, hostName }: Pick<Config, 'listen' | 'hostName'>): string {
  const { port } = listen.https;
  return port === null || port === 0
    ? `https://${hostName}`
    : webAddress('https', 'localhost', port, hostName);
}

/** Where phones in web pages find SIP on the web listeners (RFC 7118 §4). */
export const SIP_PATH = '/sip';

/** What such a phone is told: `wss://uc.example.com:8443/sip`; undefined where this process has no web listener. */
export function sipWebSocketAddress({
  listen,
  hostName,
}: Pick<Config, 'listen' | 'hostName'>): string | undefined {
  const protocol = listen.https.port !== null ? 'https' : 'http';
  const { address, port } = listen[protocol];
  if (port === null) return undefined;
  return `${webAddress(protocol, address, port, hostName).replace('http', 'ws')}${SIP_PATH}`;
}
