// Contact: where a user agent wants to be reached (RFC 3261 §20.10, §10.2.1). Used by the registrar and dialogs.
import type { HeaderFields } from '../header-fields.ts';
import { parseExpires } from './expires.ts';
import { type NameAddr, parseNameAddr, serializeNameAddr } from './name-addr.ts';

const MAX_CONTACTS = 256;

/** Every Contact of a message, `'*'` (RFC 3261 §10.2.2), or undefined where one cannot be read. */
export function parseContact(headers: HeaderFields): '*' | readonly NameAddr[] | undefined {
  const values = headers.getAll('Contact');
  if (values.length === 0) return [];
  if (values.length === 1 && values[0] === '*') return '*';
  if (values.length > MAX_CONTACTS) return undefined;
  const contacts: NameAddr[] = [];
  for (const value of values) {
    const contact = parseNameAddr(value);
    if (contact === undefined) return undefined;
    contacts.push(contact);
  }
  return contacts;
}

export function serializeContact(contacts: '*' | readonly NameAddr[]): string {
  return contacts === '*' ? contacts : contacts.map(serializeNameAddr).join(', ');
}

/** The `expires` parameter, or undefined where the Expires field or the registrar decides (RFC 3261 §10.2.1.1). */
export function contactExpiresS(contact: NameAddr): number | undefined {
  const value = contact.params.get('expires');
  return value === undefined ? undefined : parseExpires(value);
}

/** The `q` parameter in thousandths, 1000 when absent or malformed (RFC 3261 §20.10). */
export function contactPriority(contact: NameAddr): number {
  return parseQValue(contact.params.get('q')) ?? 1000;
}

/** qvalue = 0 … 1 with at most three digits, in thousandths (RFC 3261 §25.1). */
export function parseQValue(text: string | undefined): number | undefined {
  if (text === undefined || !/^(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)$/.test(text)) return undefined;
  return Math.round(Number(text) * 1000);
}
