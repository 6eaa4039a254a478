// How people are found: words and numbers cut into tokens that a query's words must begin.

/** Letters that do not come apart into a base letter and a mark. */
const WHOLE_LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ł: 'l',
  æ: 'ae',
  œ: 'oe',
  þ: 'th',
  ı: 'i',
};

/** Lower case without diacritics, so that `Øresund` is found by `ores` and `Müller` by `muller`. */
export function foldText(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[ßøđðłæœþı]/g, (letter) => WHOLE_LETTERS[letter] ?? letter);
}

/** The words of a text in folded form. */
export function wordsOf(text: string): string[] {
  return foldText(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

/** German keyboards write ü as ue; both spellings find the name. */
function spellings(text: string): string[] {
  const german = text
    .toLowerCase()
    .replace(/[äöü]/g, (letter) => ({ ä: 'ae', ö: 'oe', ü: 'ue' })[letter] ?? letter);
  return german === text.toLowerCase() ? [text] : [text, german];
}

/** Whether a person is found by what stands here of them: every word of the query begins one of their tokens. */
export function finds(query: string, person: Parameters<typeof tokensOf>[0]): boolean {
  const words = queryWords(query);
  const tokens = tokensOf(person);
  return words.length > 0 && words.every((word) => tokens.some((token) => token.startsWith(word)));
}

/** Every token under which a person is found, without duplicates. Numbers are found by any run of their digits from 3 on. */
export function tokensOf(person: {
  name: string;
  address: string;
  department: string;
  title: string;
  phone: string;
}): string[] {
  const local = person.address.slice(0, person.address.lastIndexOf('@'));
  const texts = [
    ...spellings(person.name),
    local,
    ...spellings(person.department),
    ...spellings(person.title),
  ];
  const tokens = new Set(texts.flatMap(wordsOf));
  tokens.add(foldText(person.address));
  const digits = person.phone.replace(/\D/g, '');
  for (let start = 0; start + 3 <= digits.length; start++) tokens.add(digits.slice(start));
  return [...tokens].map((token) => token.slice(0, 100));
}

/** What must each begin one token of a person. A number may be written with spaces and signs: it is one word. */
export function queryWords(query: string): string[] {
  if (/^[+()\d\s./-]+$/.test(query) && /\d{3}/.test(query.replace(/\D/g, ''))) {
    return [query.replace(/^\s*00/, '').replace(/\D/g, '')];
  }
  if (query.includes('@')) return [foldText(query.trim())];
  return wordsOf(query).slice(0, 8);
}
