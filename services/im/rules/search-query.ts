// What is asked of a search among messages: words, "phrases", and operators such as from: and before:. The page reads what
// was typed with it and the server searches by it. Pure.
import { wordsOf } from '@parley/protocol/text';
import { type Static, Type } from 'typebox';

export const HAS = ['link', 'image', 'mention', 'code'] as const;
export type Has = (typeof HAS)[number];
export const OPERATORS = ['from', 'in', 'has', 'before', 'after'] as const;
export type Operator = (typeof OPERATORS)[number];

const Text = Type.String({ maxLength: 200 });

export const SearchQuery = Type.Object({
  /** What each message must say. The last word of a text that is not `whole` may go on. */
  terms: Type.Array(Type.Object({ text: Text, whole: Type.Boolean() }), { maxItems: 16 }),
  /** Names of people; any one of them wrote it. `me` is whoever asks. */
  from: Type.Array(Text, { maxItems: 8 }),
  /** Names of conversations or of people in them; all of them fit. */
  in: Type.Array(Text, { maxItems: 8 }),
  has: Type.Array(Type.Enum(HAS), { maxItems: HAS.length }),
  /** Unix milliseconds: sent before, and at or after. */
  before: Type.Optional(Type.Integer()),
  after: Type.Optional(Type.Integer()),
});
export type SearchQuery = Static<typeof SearchQuery>;

export interface QueryProblem {
  readonly kind: 'unknownHas' | 'unreadableDate' | 'tooMuch';
  /** As it was typed. */
  readonly text: string;
}

export interface ReadQuery {
  readonly query: SearchQuery;
  readonly problems: readonly QueryProblem[];
}

/** `op:value`, `op:"a value"`, `"a phrase"` (which may not be closed yet), or a word. */
const PIECE =
  /(?:from|in|has|before|after):(?=\s|$)|(?:(from|in|has|before|after):)?(?:"([^"]*)("?)|([^\s"]+))/giu;
const TERMS = 16;
const NAMES = 8;

/** @param midnight Unix milliseconds at which a day begins where the person is; `month` counts from 0 and may be 12. */
export function readQuery(
  typed: string,
  midnight: (year: number, month: number, day: number) => number,
): ReadQuery {
  const terms: SearchQuery['terms'][number][] = [];
  const from: string[] = [];
  const within: string[] = [];
  const has: Has[] = [];
  const problems: QueryProblem[] = [];
  let before: number | undefined;
  let after: number | undefined;
  const cleaned = typed.slice(0, 500).replace(/[“”„«»]/g, '"');
  const pieces = [...cleaned.matchAll(PIECE)];
  for (const [at, [whole, operator, quoted, closing, word]] of pieces.entries()) {
    // An operator that waits for its value.
    if (quoted === undefined && word === undefined) continue;
    const value = (quoted ?? word ?? '').trim().slice(0, 200);
    switch (operator?.toLowerCase()) {
      case undefined: {
        const text = wordsOf(value).join(' ');
        const isLast = at === pieces.length - 1 && !/\s$/.test(cleaned);
        const isWhole = quoted === undefined ? !isLast : closing === '"';
        if (text !== '') terms.push({ text, whole: isWhole });
        break;
      }
      case 'from':
        if (value !== '') from.push(value);
        break;
      case 'in':
        if (value !== '') within.push(value);
        break;
      case 'has': {
        const known = HAS.find((one) => one === value.toLowerCase());
        if (known !== undefined) has.push(known);
        else if (value !== '') problems.push({ kind: 'unknownHas', text: whole });
        break;
      }
      default: {
        const isBefore = operator?.toLowerCase() === 'before';
        const day = dayOf(value, midnight);
        if (day === undefined) problems.push({ kind: 'unreadableDate', text: whole });
        else if (isBefore) before = Math.min(before ?? day, day);
        else after = Math.max(after ?? day, day);
      }
    }
  }
  if (terms.length > TERMS || from.length > NAMES || within.length > NAMES)
    problems.push({ kind: 'tooMuch', text: typed });
  return {
    query: {
      terms: terms.slice(0, TERMS),
      from: from.slice(0, NAMES),
      in: within.slice(0, NAMES),
      has: [...new Set(has)],
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
    },
    problems,
  };
}

/** `2026`, `2026-03` or `2026-03-09`: where that year, month or day begins. */
function dayOf(
  text: string,
  midnight: (year: number, month: number, day: number) => number,
): number | undefined {
  const [, year, month = '1', day = '1'] = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$/.exec(text) ?? [];
  if (year === undefined) return undefined;
  const [y, m, d] = [Number(year), Number(month), Number(day)];
  // 30 February is in no calendar.
  const given = new Date(Date.UTC(y, m - 1, d));
  if (given.getUTCMonth() !== m - 1 || given.getUTCDate() !== d) return undefined;
  return midnight(y, m - 1, d);
}

/** Whether anything is asked at all. */
export function asksNothing({ terms, from, in: within, has, before, after }: SearchQuery): boolean {
  const named = terms.length + from.length + within.length + has.length;
  return named === 0 && before === undefined && after === undefined;
}
