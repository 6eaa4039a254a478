// History-Info: whom a request was addressed to before, as a tree of retargetings (RFC 7044 §5).
import { NO_PARAMS, type Params, serializeParams } from '../grammar.ts';
import type { HeaderFields } from '../header-fields.ts';
import { type NameAddr, parseNameAddr, serializeNameAddr } from './name-addr.ts';
import { parseValues, serializeValues } from './value-list.ts';

export interface HistoryEntry extends NameAddr {
  /** The place in the tree: `1`, `1.1`, `1.2.1`. Not among `params`. */
  readonly index: string;
  /** How the target was found: another contact of the same user, another user, or no change. Not among `params`. */
  readonly retargeting?: { readonly kind: 'rc' | 'mp' | 'np'; readonly from: string } | undefined;
}

const MAX_INDEX_CHARS = 256;
const KINDS = ['rc', 'mp', 'np'] as const;

/** Empty where the field is absent; undefined where a value has no index or cannot be read. */
export function parseHistoryInfo(headers: HeaderFields): readonly HistoryEntry[] | undefined {
  return parseValues(headers, 'History-Info', parseEntry);
}

function parseEntry(text: string): HistoryEntry | undefined {
  const address = text.includes('<') ? parseNameAddr(text) : undefined;
  const index = address?.params.get('index');
  if (address === undefined || !isIndex(index)) return undefined;
  const params = new Map(address.params);
  params.delete('index');
  const kind = KINDS.find((each) => params.has(each));
  if (kind === undefined) return { ...address, params, index };
  const from = params.get(kind);
  if (!isIndex(from)) return undefined;
  params.delete(kind);
  // An entry has one origin (RFC 7044 §5.1).
  if (KINDS.some((each) => params.has(each))) return undefined;
  return { ...address, params, index, retargeting: { kind, from } };
}

/** index-val = number *("." number) (RFC 7044 §5.1). */
function isIndex(text: string | undefined): text is string {
  return text !== undefined && text.length <= MAX_INDEX_CHARS && /^[0-9]+(?:\.[0-9]+)*$/.test(text);
}

export function serializeHistoryInfo(
  entries: Iterable<Omit<HistoryEntry, 'params'> & { readonly params?: Params }>,
): string {
  return serializeValues(entries, (entry) => {
    const { displayName, uri, index, retargeting } = entry;
    const from = retargeting === undefined ? '' : `;${retargeting.kind}=${retargeting.from}`;
    return `${serializeNameAddr({ displayName, uri })};index=${index}${from}${serializeParams(entry.params ?? NO_PARAMS)}`;
  });
}
