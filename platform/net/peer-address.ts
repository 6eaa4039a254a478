// How the configuration names where a peer is: `192.0.2.0/24`, `192.0.2.10`, `[2001:db8::1]:5070`, `sip.example.com:5061`.
// Used by the check of the configuration and by the proxy.
import { BlockList, isIP } from 'node:net';

export type PeerAddress =
  /** Whom to recognise; nothing can be sent to a whole network. */
  | { readonly kind: 'network'; readonly address: string; readonly prefix: number }
  /** A name, or an address without brackets. */
  | { readonly kind: 'host'; readonly host: string; readonly port?: number };

const NAME = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_]([a-z0-9_-]{0,62}))*$/i;

export function parsePeerAddress(text: string): PeerAddress | undefined {
  const [, network, prefix] = /^([0-9a-f:.]+)\/(\d{1,3})$/i.exec(text) ?? [];
  if (network !== undefined) {
    const family = isIP(network);
    const bits = Number(prefix);
    return family === 0 || bits > (family === 4 ? 32 : 128)
      ? undefined
      : { kind: 'network', address: network, prefix: bits };
  }
  if (isIP(text) !== 0) return { kind: 'host', host: text };
  const [, bracketed, name, port] = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const host = bracketed ?? name ?? '';
  const number = port === undefined ? undefined : Number(port);
  if (number !== undefined && (number === 0 || number > 65_535)) return undefined;
  // What looks like a number is one, or a mistake: no name ends in a label of digits only.
  const isHost = bracketed !== undefined ? isIP(host) === 6 : isIP(host) === 4 || isName(host);
  return isHost ? { kind: 'host', host, ...(number === undefined ? {} : { port: number }) } : undefined;
}

function isName(host: string): boolean {
  return NAME.test(host) && !/(^|\.)\d+$/.test(host);
}

/** Addresses and networks, asked whether one is among them. */
export class AddressSet {
  readonly #list = new BlockList();

  addNetwork(address: string, prefix: number): void {
    this.#list.addSubnet(address, prefix, familyOf(address));
  }

  addAddress(address: string): void {
    if (isIP(address) !== 0) this.#list.addAddress(address, familyOf(address));
  }

  has(address: string): boolean {
    const plain = address.split('%')[0]!;
    return isIP(plain) !== 0 && this.#list.check(plain, familyOf(plain));
  }
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
