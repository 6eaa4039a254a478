// How what is being typed may go on: operators, what has: takes, and names for from: and in:. Pure.
import { HAS, OPERATORS } from '@parley/services/im/rules/search-query';

export interface Completion {
  readonly label: string;
  /** The whole text with it. */
  readonly typed: string;
}

const MOST = 5;

/** @param names of people whom the person knows, the likeliest first */
export function completionsFor(typed: string, names: readonly string[]): Completion[] {
  const [piece = ''] = /(?:\w+:"[^"]*|\S+)$/.exec(typed) ?? [];
  const before = typed.slice(0, typed.length - piece.length);
  const complete = (label: string, end = ' ') => ({ label, typed: `${before}${label}${end}` });
  const [, operator = '', value = ''] = /^(\w+):"?(.*)$/.exec(piece.toLowerCase()) ?? [];
  if (operator === 'has')
    return HAS.filter((has) => has.startsWith(value)).map((has) => complete(`has:${has}`));
  if (operator === 'from' || operator === 'in') {
    const wanted = fold(value);
    const own = operator === 'from' && 'me'.startsWith(wanted) ? [complete('from:me')] : [];
    const fitting = names.filter((name) =>
      [name, ...name.split(/\s+/)].some((part) => fold(part).startsWith(wanted)),
    );
    const quoted = (name: string) => (/\s/.test(name) ? `"${name}"` : name);
    return [...own, ...fitting.map((name) => complete(`${operator}:${quoted(name)}`))].slice(0, MOST);
  }
  if (piece.length < 2 || piece.includes(':')) return [];
  return OPERATORS.filter((known) => known.startsWith(piece.toLowerCase())).map((known) =>
    complete(`${known}:`, ''),
  );
}

function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
