// What becomes of the lines of a file: told of each before anything is stored, and done the same way after. Pure.
import type { Contact, ImportEntry, ImportVerdict } from '../contract.ts';

/** Who a line is about, as far as this server knows. */
export type Found =
  | { readonly kind: 'here'; readonly userId: string; readonly name: string }
  | { readonly kind: 'elsewhere'; readonly address: string }
  /** An address of this server that nobody has. */
  | { readonly kind: 'nobody' }
  | { readonly kind: 'noAddress' };

export interface JudgedLine {
  readonly entry: ImportEntry;
  readonly verdict: ImportVerdict;
  readonly contactId?: string;
  readonly name: string;
}

/** @param groupNames by id, of the groups that there are. */
export function judge(
  entries: readonly ImportEntry[],
  known: {
    readonly userId: string;
    readonly find: (entry: ImportEntry) => Found;
    readonly contacts: ReadonlyMap<string, Contact>;
    /** The groups that a line names and that are there. */
    readonly groupIdsOf: (entry: ImportEntry) => readonly (string | undefined)[];
    /** How many more the list holds. */
    readonly room: number;
  },
): JudgedLine[] {
  const seen = new Set<string>();
  let { room } = known;
  return entries.map((entry): JudgedLine => {
    const found = known.find(entry);
    if (found.kind === 'nobody') return { entry, verdict: 'unknown', name: entry.name };
    if (found.kind === 'noAddress') return { entry, verdict: 'noAddress', name: entry.name };
    const contactId = found.kind === 'here' ? found.userId : found.address;
    const name = found.kind === 'here' ? found.name : entry.name || found.address;
    const line = { entry, contactId, name };
    if (contactId === known.userId) return { ...line, verdict: 'self' };
    if (seen.has(contactId)) return { ...line, verdict: 'twice' };
    seen.add(contactId);
    const held = known.contacts.get(contactId);
    if (held !== undefined) {
      const joins = known
        .groupIdsOf(entry)
        .some((groupId) => groupId === undefined || !held.groupIds.includes(groupId));
      return { ...line, verdict: joins ? 'joins' : 'known' };
    }
    if (room <= 0) return { ...line, verdict: 'full' };
    room -= 1;
    return { ...line, verdict: found.kind === 'here' ? 'new' : 'external' };
  });
}

const DOMAIN = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/;
const ADDRESS = /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(.+)$/;

/** The one spelling of an address (`sip:`, `mailto:`, `im:` and `xmpp:` are left away); undefined where it is none. */
export function addressIn(text: string): string | undefined {
  const address = text
    .trim()
    .toLowerCase()
    .replace(/^(?:sips?|mailto|im|xmpp|pres):/, '')
    .replace(/[;?].*$/, '');
  return address.length <= 254 && DOMAIN.test(ADDRESS.exec(address)?.[1] ?? '') ? address : undefined;
}
