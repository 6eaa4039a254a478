// Accept: which body types the sender can read, and which it would rather (RFC 3261 §20.1).
import type { HeaderFields } from '../header-fields.ts';
import { parseQValue } from './contact.ts';
import { type MediaType, parseContentType, serializeContentType } from './content-type.ts';

export interface AcceptRange extends MediaType {
  /** 0 … 1000; 0 means "not this". */
  readonly priority: number;
}

/** undefined where the field is absent; a field that is there but empty accepts nothing. Unreadable ranges are left out. */
export function parseAccept(headers: HeaderFields): readonly AcceptRange[] | undefined {
  if (!headers.has('Accept')) return undefined;
  const ranges: AcceptRange[] = [];
  for (const value of headers.getAll('Accept')) {
    const range = parseContentType(value);
    if (range !== undefined) ranges.push({ ...range, priority: parseQValue(range.params.get('q')) ?? 1000 });
  }
  return ranges;
}

/** `priority` is written as q; a `q` among the parameters is not. */
export function serializeAccept(ranges: Iterable<AcceptRange>): string {
  return Array.from(ranges, ({ type, subtype, params, priority }) => {
    const others = new Map(params);
    others.delete('q');
    if (priority !== 1000) others.set('q', String(priority / 1000));
    return serializeContentType({ type, subtype, params: others });
  }).join(', ');
}

/**
 * The first of `offered` (`type/subtype`, in our order of preference) with the highest priority for the peer, or
 * undefined where it takes none. `absent` is the type that a missing Accept stands for.
 */
export function chooseAccepted(
  headers: HeaderFields,
  offered: readonly string[],
  absent: string,
): string | undefined {
  const ranges = parseAccept(headers);
  if (ranges === undefined) return offered.includes(absent) ? absent : undefined;
  let best: string | undefined;
  let bestPriority = 0;
  for (const name of offered) {
    const priority = priorityOf(name, ranges);
    if (priority > bestPriority) {
      best = name;
      bestPriority = priority;
    }
  }
  return best;
}

/** The most specific range decides: `a/b`, then `a/*`, then `* / *`. */
function priorityOf(name: string, ranges: readonly AcceptRange[]): number {
  const slash = name.indexOf('/');
  for (const wanted of [name, `${name.slice(0, slash)}/*`, '*/*']) {
    const range = ranges.find(({ type, subtype }) => `${type}/${subtype}` === wanted);
    if (range !== undefined) return range.priority;
  }
  return 0;
}
