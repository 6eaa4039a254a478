// The address that a person types to reach this process, for the ready line. Pure.
import { isIPv6 } from 'node:net';

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
