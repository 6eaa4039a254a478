// Who is meant by `@` in a text that is being written. Pure.
import type { Mentioned } from '../markdown/tree.ts';

const MOST = 6;
const WORD = /[\p{L}\p{N}]/u;

export interface MentionQuery {
  /** Where the `@` stands. */
  readonly from: number;
  readonly query: string;
}

/** The name that is being typed before the caret, or null. */
export function mentionQuery(text: string, caret: number): MentionQuery | null {
  const from = text.lastIndexOf('@', caret - 1);
  if (from < 0 || caret - from > 40) return null;
  const query = text.slice(from + 1, caret);
  if (/[\n@]|\s\s|^\s/.test(query) || WORD.test(text[from - 1] ?? ' ')) return null;
  return { from, query };
}

/** Those whose names have a part that begins so; nobody once a whole name stands there. */
export function fittingPeople(people: readonly Mentioned[], query: string): Mentioned[] {
  const wanted = plain(query);
  if (people.some(({ name }) => wanted.startsWith(`${plain(name)} `))) return [];
  return people
    .filter(({ name }) => {
      const known = plain(name);
      return known.startsWith(wanted) || known.split(/[\s-]+/).some((part) => part.startsWith(wanted));
    })
    .slice(0, MOST);
}

/** Everybody whose whole name stands behind an `@`. */
export function mentionedIn(text: string, people: readonly Mentioned[]): string[] {
  if (!text.includes('@')) return [];
  return people
    .filter(({ name }) => {
      if (name === '') return false;
      for (let at = text.indexOf(`@${name}`); at >= 0; at = text.indexOf(`@${name}`, at + 1))
        if (!WORD.test(text[at + name.length + 1] ?? ' ')) return true;
      return false;
    })
    .map(({ userId }) => userId);
}

function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
