// Lists of people as documents (RFC 4826 §3): what a SUBSCRIBE that brings its own list names (RFC 5367 §4).
// Used by the presence service's sip.ts.
import { parseXml, textOf, type XmlElement, type XmlLimits } from './xml-reader.ts';
import { escapeXml } from './xml-text.ts';

export const RESOURCE_LISTS_TYPE = 'application/resource-lists+xml';
/** Longer ones are refused whole: nobody is left out in silence. */
export const MAX_LIST_ENTRIES = 2_000;

const NAMESPACE = 'urn:ietf:params:xml:ns:resource-lists';
const LIMITS: XmlLimits = { maxChars: 512 * 1024, maxDepth: 16, maxElements: 8_192, maxAttributes: 16 };
const MAX_URI_CHARS = 1_024;

export interface ListEntry {
  readonly uri: string;
  readonly displayName?: string | undefined;
}

export type ResourceListsResult =
  | { readonly ok: true; readonly entries: readonly ListEntry[] }
  | { readonly ok: false; readonly reason: string; readonly at: number };

export function buildResourceLists(entries: readonly ListEntry[]): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    `<resource-lists xmlns="${NAMESPACE}"><list>`,
    ...entries.map(({ uri, displayName }) =>
      displayName === undefined
        ? `<entry uri="${escapeXml(uri)}"/>`
        : `<entry uri="${escapeXml(uri)}"><display-name>${escapeXml(displayName)}</display-name></entry>`,
    ),
    '</list></resource-lists>\n',
  ].join('');
}

/**
 * Everyone whom its lists and the lists in them name, each once and in order. Entries that only refer to another
 * document are refused: nothing of them could be fetched here.
 */
export function parseResourceLists(source: string | Uint8Array): ResourceListsResult {
  const xml = parseXml(source, LIMITS);
  if (!xml.ok) return xml;
  const { root } = xml;
  if (root.namespace !== NAMESPACE || root.name !== 'resource-lists')
    return refused('not a resource-lists document');
  const entries = new Map<string, ListEntry>();
  // Lists that are still to be read, the next one last.
  const open = [root];
  for (let list = open.pop(); list !== undefined; list = open.pop()) {
    const inner: XmlElement[] = [];
    for (const child of list.children) {
      if (child.namespace !== NAMESPACE) continue;
      if (child.name === 'list') inner.push(child);
      else if (child.name === 'external' || child.name === 'entry-ref')
        return refused('an entry refers to another document');
      else if (child.name === 'entry' && list !== root) {
        const entry = entryOf(child);
        if (entry === undefined) return refused('an entry has no uri');
        if (!entries.has(entry.uri)) entries.set(entry.uri, entry);
        if (entries.size > MAX_LIST_ENTRIES) return refused(`more than ${MAX_LIST_ENTRIES} entries`);
      }
    }
    open.push(...inner.reverse());
  }
  return { ok: true, entries: [...entries.values()] };
}

function entryOf(element: XmlElement): ListEntry | undefined {
  const uri = element.attributes.get('uri')?.trim();
  if (!uri || uri.length > MAX_URI_CHARS) return undefined;
  const displayName = textOf(element, NAMESPACE, 'display-name');
  return displayName ? { uri, displayName } : { uri };
}

function refused(reason: string): ResourceListsResult {
  return { ok: false, reason, at: 0 };
}
