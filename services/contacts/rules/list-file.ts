// A contact list as a file: Parley's own (JSON, with everything), vCards, and tables (CSV). Described in docs/contacts.md.
// Read in the browser: what is in a file beside names, addresses, groups and notes never leaves it. Pure.
import type { Contact, ContactGroup, ImportEntry } from '../contract.ts';
import { readCsv, writeCsv } from './csv.ts';
import { readVCards, writeVCards } from './vcard.ts';

export type FileKind = 'json' | 'vcard' | 'csv';
export const LARGEST_FILE_CHARS = 20_000_000;
export const MOST_LINES = 10_000;

const FORMAT = 'parley-contacts';

export type ReadFile =
  | { readonly ok: true; readonly entries: readonly ImportEntry[]; readonly groups: readonly string[] }
  | {
      readonly ok: false;
      readonly problem: 'tooLarge' | 'notOurs' | 'newer' | 'noColumns' | 'empty' | 'tooManyLines';
    };

/** One person of a list that is written. */
export interface Listed {
  readonly contact: Contact;
  readonly address: string;
  readonly name: string;
}

/** Which of the three a file is, its text tells: its name may be anything. */
export function readListFile(text: string): ReadFile {
  if (text.length > LARGEST_FILE_CHARS) return { ok: false, problem: 'tooLarge' };
  const start = text.replace(/^\ufeff/, '').trimStart();
  const read = start.startsWith('{')
    ? readOwn(start)
    : /^BEGIN:VCARD/i.test(start)
      ? plain(readVCards(text).map(({ categories, ...card }) => entryOf({ ...card, groups: categories })))
      : readTable(text);
  if (!read.ok) return read;
  if (read.entries.length === 0) return { ok: false, problem: 'empty' };
  return read.entries.length > MOST_LINES ? { ok: false, problem: 'tooManyLines' } : read;
}

function plain(entries: readonly ImportEntry[]): ReadFile {
  return { ok: true, entries, groups: [] };
}

interface Found {
  readonly line: number;
  readonly name: string;
  readonly addresses: readonly string[];
  readonly groups: readonly string[];
  readonly note: string;
  readonly favourite?: boolean;
}

/** Cut to what a list holds. */
function entryOf({ line, name, addresses, groups, note, favourite = false }: Found): ImportEntry {
  return {
    line,
    name: name.trim().slice(0, 200),
    addresses: addresses
      .map((address) => address.trim())
      .filter((address) => address !== '' && address.length <= 254)
      .slice(0, 10),
    groups: groups
      .map((group) => group.trim().slice(0, 100))
      .filter((group) => group !== '')
      .slice(0, 20),
    favourite,
    note: note.trim().slice(0, 500),
  };
}

function readOwn(text: string): ReadFile {
  const file = parsed(text);
  if (!isObject(file) || file['format'] !== FORMAT) return { ok: false, problem: 'notOurs' };
  if (file['version'] !== 1) return { ok: false, problem: 'newer' };
  const contacts = Array.isArray(file['contacts']) ? file['contacts'] : [];
  const entries = contacts.filter(isObject).map((contact, index) =>
    entryOf({
      line: index + 1,
      name: textOf(contact['name']),
      addresses: [textOf(contact['address'])],
      groups: textsOf(contact['groups']),
      note: textOf(contact['note']),
      favourite: contact['favourite'] === true,
    }),
  );
  return { ok: true, entries, groups: textsOf(file['groups']) };
}

/** Titles of columns, as address books of English and German name them. */
const COLUMNS = {
  address:
    /^(?:sip|im|chat)?[ _-]*(?:address|adresse|uri)$|^e-?mail(?:[ _-]*\d*[ _-]*(?:address|adresse|value))?$|^(?:sip|impp?)$/i,
  name: /^(?:(?:full|display|file as)?[ _-]*name|anzeigename|vollständiger name)$/i,
  given: /^(?:first|given)[ _-]*name$|^vorname$/i,
  family: /^(?:last|family)[ _-]*name$|^nachname$/i,
  groups: /^(?:groups?|group membership|categories|labels|gruppen?|kategorien)$/i,
  note: /^(?:notes?|notizen?|bemerkung(?:en)?)$/i,
  favourite: /^(?:favou?rite|favorit|starred)$/i,
} as const;

function readTable(text: string): ReadFile {
  const [titles, ...rows] = readCsv(text);
  const columns = (kind: keyof typeof COLUMNS) =>
    (titles?.cells ?? []).flatMap((title, at) => (COLUMNS[kind].test(title) ? [at] : []));
  const addressAt = columns('address');
  if (addressAt.length === 0) return { ok: false, problem: titles === undefined ? 'empty' : 'noColumns' };
  return plain(
    rows.map(({ line, cells }) => {
      const all = (kind: keyof typeof COLUMNS) => columns(kind).map((at) => unguarded(cells[at] ?? ''));
      return entryOf({
        line,
        name: all('name').find((name) => name !== '') ?? [...all('given'), ...all('family')].join(' '),
        addresses: addressAt.map((at) => unguarded(cells[at] ?? '')),
        groups: all('groups').flatMap((names) => names.split(/[;|]|:::/)),
        note: all('note').join('\n'),
        favourite: all('favourite').some((word) => /^(?:yes|true|1|x|ja)$/i.test(word)),
      });
    }),
  );
}

/** A cell that was kept from being a formula. */
function unguarded(cell: string): string {
  return cell.replace(/^'(?=[=+\-@])/, '');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

export function writeListFile(
  kind: FileKind,
  people: readonly Listed[],
  groups: readonly ContactGroup[],
): string {
  const namesOf = ({ groupIds }: Contact) =>
    groups.filter(({ groupId }) => groupIds.includes(groupId)).map(({ name }) => name);
  if (kind === 'json') {
    const contacts = people.map(({ contact, address, name }) => ({
      address,
      name,
      groups: namesOf(contact),
      favourite: contact.favourite,
      note: contact.note,
    }));
    const file = { format: FORMAT, version: 1, groups: groups.map(({ name }) => name), contacts };
    return `${JSON.stringify(file, null, 2)}\n`;
  }
  if (kind === 'vcard')
    return writeVCards(
      people.map(({ contact, address, name }) => ({
        name,
        addresses: [address],
        categories: namesOf(contact),
        note: contact.note,
      })),
    );
  return writeCsv([
    ['Name', 'Address', 'Groups', 'Favourite', 'Note'],
    ...people.map(({ contact, address, name }) => [
      name,
      address,
      namesOf(contact).join(';'),
      contact.favourite ? 'yes' : '',
      contact.note,
    ]),
  ]);
}
