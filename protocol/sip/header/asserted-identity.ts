// P-Asserted-Identity and P-Preferred-Identity: who a trusted network says a user is, and who the user asks to be
// (RFC 3325 §9.1, §9.2). Used where identity crosses a border.
import type { HeaderFields } from '../header-fields.ts';
import { schemeOf } from '../uri.ts';
import { type NameAddr, parseNameAddr, serializeNameAddr } from './name-addr.ts';
import { parseValues, serializeValues } from './value-list.ts';

export type IdentityHeader = 'P-Asserted-Identity' | 'P-Preferred-Identity';

/** Empty where the field is absent; undefined for a third value, two of one kind, and what cannot be read. */
export function parseIdentities(
  headers: HeaderFields,
  name: IdentityHeader,
): readonly NameAddr[] | undefined {
  const identities = parseValues(headers, name, parseNameAddr, 2);
  const kinds = identities?.map(({ uri }) => kindOf(uri));
  if (kinds === undefined || kinds.includes(undefined) || new Set(kinds).size < kinds.length)
    return undefined;
  return identities;
}

/** RFC 3325 §9.1: of two values one is a SIP or SIPS URI and the other a tel URI; there is no other kind. */
function kindOf(uri: string): 'sip' | 'tel' | undefined {
  const scheme = schemeOf(uri);
  if (scheme === 'tel') return 'tel';
  return scheme === 'sip' || scheme === 'sips' ? 'sip' : undefined;
}

export function serializeIdentities(identities: Iterable<NameAddr>): string {
  return serializeValues(identities, serializeNameAddr);
}
