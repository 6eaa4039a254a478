// GRUU: URIs that lead to one device of a user wherever it is (RFC 5627 §5.3, §3.1). Used by the registrar and the proxy.
import { parseSipUri } from '../uri.ts';
import type { NameAddr } from './name-addr.ts';

export interface ContactGruus {
  readonly publicGruu?: string | undefined;
  readonly temporaryGruu?: string | undefined;
}

/** The `pub-gruu` and `temp-gruu` of a Contact in the response to REGISTER; one that is no SIP URI is left out. */
export function contactGruus(contact: NameAddr): ContactGruus {
  const publicGruu = sipUriOf(contact.params.get('pub-gruu'));
  const temporaryGruu = sipUriOf(contact.params.get('temp-gruu'));
  return {
    ...(publicGruu === undefined ? {} : { publicGruu }),
    ...(temporaryGruu === undefined ? {} : { temporaryGruu }),
  };
}

function sipUriOf(text: string | undefined): string | undefined {
  return text !== undefined && parseSipUri(text) !== undefined ? text : undefined;
}

/** The Contact with its GRUUs: the values are quoted when it is written, since each is a URI with parameters. */
export function withGruus(contact: NameAddr, gruus: ContactGruus): NameAddr {
  const params = new Map(contact.params);
  if (gruus.publicGruu !== undefined) params.set('pub-gruu', gruus.publicGruu);
  if (gruus.temporaryGruu !== undefined) params.set('temp-gruu', gruus.temporaryGruu);
  return { ...contact, params };
}

/** The `gr` of a URI: a text for a public GRUU, `''` for a temporary one, undefined where it is none (RFC 5627 §3.1). */
export function gruuOf(uri: string): string | undefined {
  const params = parseSipUri(uri)?.params;
  return params?.has('gr') === true ? (params.get('gr') ?? '') : undefined;
}
