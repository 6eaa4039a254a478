// Refer-To and Referred-By: whom to contact instead, and who says so (RFC 3515 §2.1, RFC 3892 §3).
import { quote } from '../grammar.ts';
import { type NameAddr, parseNameAddr, serializeNameAddr } from './name-addr.ts';

/** The URI may hold a `method` parameter and header fields, Replaces among them: `parseSipUri` reads them. */
export const parseReferTo: (text: string) => NameAddr | undefined = parseNameAddr;
export const serializeReferTo: (value: NameAddr) => string = serializeNameAddr;

export interface ReferredBy extends NameAddr {
  /** The Content-ID of the body part that proves it (RFC 3892 §3); not among `params`. */
  readonly cid?: string | undefined;
}

export function parseReferredBy(text: string): ReferredBy | undefined {
  const address = parseNameAddr(text);
  if (address === undefined || !address.params.has('cid')) return address;
  const cid = address.params.get('cid');
  if (cid === undefined || cid === '') return undefined;
  const params = new Map(address.params);
  params.delete('cid');
  return { ...address, params, cid };
}

export function serializeReferredBy(value: ReferredBy): string {
  return serializeNameAddr(value) + (value.cid === undefined ? '' : `;cid=${quote(value.cid)}`);
}
