// Presence documents: PIDF (RFC 3863 §4.1), the person of the data model (RFC 4479 §3.2) and what the person is doing
// (RFC 4480 §3.2). Used by the presence service's sip.ts, both ways.
import { parseQValue } from '../sip/header/contact.ts';
import { type Activity, isActivity } from './activity.ts';
import { formatTimestamp, parseTimestamp } from './timestamp.ts';
import { parseXml, type XmlElement } from './xml-reader.ts';
import { escapeXml, xmlId } from './xml-text.ts';

export const PIDF_TYPE = 'application/pidf+xml';

const PIDF = 'urn:ietf:params:xml:ns:pidf';
const DATA_MODEL = 'urn:ietf:params:xml:ns:pidf:data-model';
const RPID = 'urn:ietf:params:xml:ns:pidf:rpid';
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

export interface Pidf {
  /** Whose presence: `sip:bob@example.com`, `pres:bob@example.com`. */
  readonly entity: string;
  readonly tuples: readonly PidfTuple[];
  /** The first note of the document or of its person. */
  readonly note?: string | undefined;
  readonly activities: readonly Activity[];
}

export type PidfResult =
  | { readonly ok: true; readonly pidf: Pidf }
  | { readonly ok: false; readonly reason: string; readonly at: number };

/** @throws RangeError for more tuples than a reader of ours would take. */
export function buildPidf(
  pidf: Omit<Pidf, 'activities'> & { readonly activities?: readonly Activity[] | undefined },
): string {
  if (pidf.tuples.length > MAX_TUPLES)
    throw new RangeError(`a presence document has at most ${MAX_TUPLES} tuples`);
  const note = pidf.note === undefined ? '' : `<note>${escapeXml(pidf.note)}</note>`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    `<presence xmlns="${PIDF}" xmlns:dm="${DATA_MODEL}" xmlns:rpid="${RPID}" entity="${escapeXml(pidf.entity)}">`,
    ...pidf.tuples.map(buildTuple),
    note,
    buildPerson(pidf.activities ?? []),
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

function buildPerson(activities: readonly Activity[]): string {
  if (activities.length === 0) return '';
  const doing = activities.map((activity) => `<rpid:${activity}/>`).join('');
  return `<dm:person id="person"><rpid:activities>${doing}</rpid:activities></dm:person>`;
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
  const activities = [root, ...people, ...elements].flatMap(activitiesOf);
  const note =
    textOf(root, PIDF, 'note') ?? people.map((person) => textOf(person, DATA_MODEL, 'note')).find(Boolean);
  return {
    ok: true,
    pidf: { entity, tuples, ...(note === undefined ? {} : { note }), activities: [...new Set(activities)] },
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

function activitiesOf(element: XmlElement): Activity[] {
  return childrenOf(element, RPID, 'activities').flatMap(({ children }) =>
    children
      .filter(({ namespace }) => namespace === RPID)
      .map(({ name }) => name)
      .filter(isActivity),
  );
}

function childrenOf(element: XmlElement, namespace: string, name: string): readonly XmlElement[] {
  return element.children.filter((child) => child.namespace === namespace && child.name === name);
}

function textOf(element: XmlElement, namespace: string, name: string): string | undefined {
  return childrenOf(element, namespace, name)[0]?.text.trim();
}
