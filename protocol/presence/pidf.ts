// Presence documents: PIDF (RFC 3863 §4.1), the person of the data model (RFC 4479 §3.2) and what the person is doing
// (RFC 4480 §3.2). Used by the presence service's sip.ts, both ways.
import { parseQValue } from '../sip/header/contact.ts';
import { buildRpid, DATA_MODEL, parseRpid, RPID, type Rpid } from './rpid.ts';
import { formatTimestamp, parseTimestamp } from './timestamp.ts';
import { childrenOf, parseXml, textOf, type XmlElement } from './xml-reader.ts';
import { escapeXml, xmlId } from './xml-text.ts';

export const PIDF_TYPE = 'application/pidf+xml';

const PIDF = 'urn:ietf:params:xml:ns:pidf';
const MAX_TUPLES = 64;

/** One way to reach the presentity. */
export interface PidfTuple {
  /** Unique in the document. Built ids that are no XML name are escaped. */
  readonly id: string;
  readonly basic?: 'open' | 'closed' | undefined;
  readonly contact?: string | undefined;
  /** 0 … 1000, higher is preferred (RFC 3863 §4.1.5). */
  readonly contactPriority?: number | undefined;
  readonly note?: string | undefined;
  /** Unix milliseconds. */
  readonly timestampMs?: number | undefined;
}

export interface Pidf extends Rpid {
  /** Whose presence: `sip:bob@example.com`, `pres:bob@example.com`. */
  readonly entity: string;
  readonly tuples: readonly PidfTuple[];
  /** The first note of the document or of its person. */
  readonly note?: string | undefined;
}

export type PidfResult =
  | { readonly ok: true; readonly pidf: Pidf }
  | { readonly ok: false; readonly reason: string; readonly at: number };

/** @throws RangeError for more tuples than a reader of ours would take. */
export function buildPidf(
  pidf: Omit<Pidf, 'activities'> & { readonly activities?: Pidf['activities'] | undefined },
): string {
  if (pidf.tuples.length > MAX_TUPLES)
    throw new RangeError(`a presence document has at most ${MAX_TUPLES} tuples`);
  const note = pidf.note === undefined ? '' : `<note>${escapeXml(pidf.note)}</note>`;
  const person = buildRpid({ ...pidf, activities: pidf.activities ?? [] });
  // Most people of a long list are just there or not: what their documents do not use is not declared.
  const declared = person === '' ? '' : ` xmlns:dm="${DATA_MODEL}" xmlns:rpid="${RPID}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    `<presence xmlns="${PIDF}"${declared} entity="${escapeXml(pidf.entity)}">`,
    ...pidf.tuples.map(buildTuple),
    note,
    person === '' ? '' : `<dm:person id="person">${person}</dm:person>`,
    '</presence>\n',
  ].join('');
}

/** Children in the order of the schema: status, contact, note, timestamp (RFC 3863 §4.4). */
function buildTuple(tuple: PidfTuple): string {
  const { basic, contact, contactPriority, note, timestampMs } = tuple;
  const priority = contactPriority === undefined ? '' : ` priority="${(contactPriority / 1000).toFixed(3)}"`;
  return [
    `<tuple id="${xmlId(tuple.id)}">`,
    basic === undefined ? '<status/>' : `<status><basic>${basic}</basic></status>`,
    contact === undefined ? '' : `<contact${priority}>${escapeXml(contact)}</contact>`,
    note === undefined ? '' : `<note>${escapeXml(note)}</note>`,
    timestampMs === undefined ? '' : `<timestamp>${formatTimestamp(timestampMs)}</timestamp>`,
    '</tuple>',
  ].join('');
}

/** Reads a body. Elements of other namespaces are passed over, as RFC 3863 §4.2 wants it. */
export function parsePidf(source: string | Uint8Array): PidfResult {
  const xml = parseXml(source);
  if (!xml.ok) return xml;
  const { root } = xml;
  const entity = root.attributes.get('entity');
  if (root.namespace !== PIDF || root.name !== 'presence') return refused('not a presence document');
  if (entity === undefined || entity === '') return refused('presence has no entity');
  const elements = childrenOf(root, PIDF, 'tuple');
  if (elements.length > MAX_TUPLES) return refused(`more than ${MAX_TUPLES} tuples`);
  const tuples: PidfTuple[] = [];
  for (const element of elements) {
    const tuple = parseTuple(element);
    if (typeof tuple === 'string') return refused(tuple);
    if (tuples.some(({ id }) => id === tuple.id)) return refused('two tuples have the same id');
    tuples.push(tuple);
  }
  const people = childrenOf(root, DATA_MODEL, 'person');
  // COMPAT(early RPID user agents): activities right under presence or a tuple, as in drafts, until none is left.
  const rpid = parseRpid([root, ...people, ...elements, ...childrenOf(root, DATA_MODEL, 'device')]);
  const note =
    textOf(root, PIDF, 'note') ?? people.map((person) => textOf(person, DATA_MODEL, 'note')).find(Boolean);
  return {
    ok: true,
    pidf: { entity, tuples, ...(note === undefined ? {} : { note }), ...rpid },
  };
}

function refused(reason: string): PidfResult {
  return { ok: false, reason, at: 0 };
}

/** The tuple, or why it is none. */
function parseTuple(element: XmlElement): PidfTuple | string {
  const id = element.attributes.get('id');
  if (id === undefined || id === '') return 'tuple has no id';
  const status = childrenOf(element, PIDF, 'status')[0];
  if (status === undefined) return 'tuple has no status';
  const basic = textOf(status, PIDF, 'basic');
  if (basic !== undefined && basic !== 'open' && basic !== 'closed')
    return 'basic is neither open nor closed';
  const contactElement = childrenOf(element, PIDF, 'contact')[0];
  const contact = contactElement?.text.trim();
  const contactPriority = parseQValue(contactElement?.attributes.get('priority'));
  const note = textOf(element, PIDF, 'note');
  const timestampMs = parseTimestamp(textOf(element, PIDF, 'timestamp') ?? '');
  return {
    id,
    ...(basic === undefined ? {} : { basic }),
    ...(contact ? { contact } : {}),
    ...(contactPriority === undefined ? {} : { contactPriority }),
    ...(note === undefined ? {} : { note }),
    ...(timestampMs === undefined ? {} : { timestampMs }),
  };
}
