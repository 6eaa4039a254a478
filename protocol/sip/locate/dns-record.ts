// What is asked of the DNS to find a SIP server, and what it says (RFC 3263 §4; NAPTR, SRV, A, AAAA). Values only.

export interface DnsQuestion {
  readonly type: 'NAPTR' | 'SRV' | 'A' | 'AAAA';
  /** Without a dot at the end. */
  readonly name: string;
}

export interface NaptrRecord {
  readonly order: number;
  readonly preference: number;
  readonly flags: string;
  readonly service: string;
  readonly replacement: string;
}

export interface SrvRecord {
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  readonly target: string;
}

export type DnsAnswer =
  | { readonly kind: 'naptr'; readonly records: readonly NaptrRecord[] }
  | { readonly kind: 'srv'; readonly records: readonly SrvRecord[] }
  | { readonly kind: 'addresses'; readonly addresses: readonly string[] }
  /** The name does not exist, or has no record of that type. */
  | { readonly kind: 'none' }
  /** No answer in time, or one that says that the server could not find out. */
  | { readonly kind: 'failed' };
