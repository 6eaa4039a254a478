// How people are found: words and numbers cut into tokens that a query's words must begin.
import { foldText, wordsOf } from '@parley/protocol/text';

/** German keyboards write ü as ue; both spellings find the name. */
function spellings(text: string): string[] {
  const german = text
    .toLowerCase()
    .replace(/[äöü]/g, (letter) => ({ ä: 'ae', ö: 'oe', ü: 'ue' })[letter] ?? letter);
  return german === text.toLowerCase() ? [text] : [text, german];
}

interface Searched {
  readonly name: string;
  readonly address: string;
  readonly department: string;
  readonly title: string;
  readonly phone: string;
}

/** Whether a person is found by what stands here of them: the line has all of the query's needles. */
export function finds(query: string, person: Searched): boolean {
  const needles = needlesOf(query);
  const line = searchLine(person);
  return needles.length > 0 && needles.every((needle) => line.includes(needle));
}

/** ` like this `: the words under which a person is found, those of the name first, and the digits of the number. */
export function searchLine(person: Searched): string {
  const local = person.address.slice(0, person.address.lastIndexOf('@'));
  const texts = [
    ...spellings(person.name),
    local,
    ...spellings(person.department),
    ...spellings(person.title),
  ];
  const words = new Set(texts.flatMap(wordsOf));
  words.add(foldText(person.address));
  words.add(person.phone.replace(/\D/g, ''));
  return ` ${[...words].filter((word) => word !== '').join(' ')} `;
}

/**
 * What must each stand in the line of a person: the beginning of a word, or any run of a number's digits from three on. A
 * number may be written with spaces and signs.
 */
export function needlesOf(query: string): string[] {
  const digits = query.replace(/^\s*00/, '').replace(/\D/g, '');
  if (/^[+()\d\s./-]+$/.test(query) && digits.length >= 3) return [digits];
  if (query.includes('@')) return [` ${foldText(query.trim())}`];
  return wordsOf(query)
    .slice(0, 8)
    .map((word) => ` ${word}`);
}
