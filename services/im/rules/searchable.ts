// What of a message is searched: its words in folded form with a space around each, then marks of what it has. A query is a
// list of texts that must all stand in it. The same rule for what is indexed and what is not yet. Pure.
import { type WordPlace, wordPlaces, wordsOf } from '@parley/protocol/text';
import type { Has, SearchQuery } from './search-query.ts';

/** As much of a message as searching needs to know. */
export interface Searched {
  readonly text: string;
  readonly subject?: string;
  readonly mentions?: readonly string[];
  readonly images?: readonly { readonly name: string; readonly alt: string }[];
  /** Nobody wrote it. */
  readonly notice?: unknown;
  readonly deletedAt?: number;
}

const LINK = /\bhttps?:\/\/\S/i;
const MENTION = /(?:^|\s)@[\p{L}\p{N}]/u;

/** No word begins with it. */
const markOf = (has: Has) => `~${has}`;

/** One line, ` like this ~link `; ` ` where there are no words, and nothing at all where nobody says anything (any more). */
export function lineOf(message: Searched): string {
  const { text, subject = '', mentions = [], images = [], notice, deletedAt } = message;
  if (notice !== undefined || deletedAt !== undefined) return '';
  const words = [subject, text, ...images.flatMap(({ name, alt }) => [alt, name])].flatMap(wordsOf);
  if (LINK.test(text)) words.push(markOf('link'));
  if (text.includes('`')) words.push(markOf('code'));
  if (mentions.length > 0 || MENTION.test(text)) words.push(markOf('mention'));
  if (images.length > 0) words.push(markOf('image'));
  return words.length === 0 ? ' ' : ` ${words.join(' ')} `;
}

/** The texts that must all stand in the line of a message; whoever asks for no words still asks for a message. */
export function needlesOf({ terms, has }: Pick<SearchQuery, 'terms' | 'has'>): string[] {
  const said = terms.flatMap(({ text, whole }) => {
    const words = wordsOf(text).join(' ');
    return words === '' ? [] : whole ? ` ${words} ` : ` ${words}`;
  });
  const needles = new Set([...said, ...has.map((one) => ` ${markOf(one)} `)]);
  return needles.size === 0 ? [' '] : [...needles];
}

export function hasAll(line: string, needles: readonly string[]): boolean {
  return needles.every((needle) => line.includes(needle));
}

export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Where a text says what was asked for, in its order and without overlaps. */
export function foundIn(text: string, terms: SearchQuery['terms']): Range[] {
  const places = wordPlaces(text);
  const asked = terms.map(({ text: words, whole }) => ({ words: wordsOf(words), whole }));
  const ranges: Range[] = [];
  let at = 0;
  while (at < places.length) {
    const length = Math.max(0, ...asked.map((term) => matchAt(places, at, term)));
    const last = places[at + length - 1];
    const first = places[at];
    if (length > 0 && first !== undefined && last !== undefined)
      ranges.push({ start: first.start, end: last.end });
    at += Math.max(1, length);
  }
  return ranges;
}

/** @returns how many words the term matches there. */
function matchAt(
  places: readonly WordPlace[],
  at: number,
  { words, whole }: { readonly words: readonly string[]; readonly whole: boolean },
): number {
  const fits = words.every((word, index) => {
    const place = places[at + index]?.word;
    const mayGoOn = !whole && index === words.length - 1;
    return mayGoOn ? place?.startsWith(word) === true : place === word;
  });
  return fits ? words.length : 0;
}

const EMPHASIS =
  /(?<![\p{L}\p{N}*_~])(\*\*|__|~~|\*|_)(?=[^\s*_~])([^\n]{0,300}?[^\s*_~])\1(?![\p{L}\p{N}])/gu;

/** A line without the marks of Markdown. */
function unmarked(text: string): string {
  return text
    .replace(/\[([^\]\n]{1,300})\]\((?:https?|mailto):[^)\s]+\)/gi, '$1')
    .replace(/^[ \t]*(?:```.*$|>+ ?|[-*•] )/gm, '')
    .replace(EMPHASIS, '$2')
    .replaceAll('`', '')
    .replace(/\s+/g, ' ')
    .trim();
}

const AROUND = 60;
const SNIPPET = 300;
/** Of a long text, only so much around the first place is made ready to be shown. */
const READ = 1_000;

/** As much of a message as a list shows, around what was found, and where it was found in that. */
export function snippetOf(
  { subject = '', text }: Pick<Searched, 'subject' | 'text'>,
  terms: SearchQuery['terms'],
): { readonly text: string; readonly ranges: Range[] } {
  const all = subject === '' ? text : `${subject} · ${text}`;
  const first = foundIn(all, terms)[0]?.start ?? 0;
  const from = Math.max(0, first - READ);
  const said = unmarked(all.slice(from, first + READ));
  const ranges = foundIn(said, terms);
  const wanted = Math.max(0, (ranges[0]?.start ?? 0) - AROUND);
  const start = wanted === 0 ? 0 : said.indexOf(' ', wanted) + 1;
  const end = Math.min(said.length, start + SNIPPET);
  const before = from + start > 0 ? '… ' : '';
  const isCut = end < said.length || first + READ < all.length;
  const shift = before.length - start;
  return {
    text: `${before}${said.slice(start, end).toWellFormed()}${isCut ? ' …' : ''}`,
    ranges: ranges
      .filter((range) => range.start >= start && range.end <= end)
      .map((range) => ({ start: range.start + shift, end: range.end + shift })),
  };
}
