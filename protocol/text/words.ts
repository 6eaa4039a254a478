// Words as people search for them, whatever the case and the diacritics: letters come apart as UAX #15 says, and words end
// where UAX #29 would end most of them. Scripts without spaces between words give one word for each character.

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
/** All of ASCII: most texts need nothing more. */
const PLAIN = /^[\x00-\x7f]*$/;

/** Lower case without diacritics, so that `Øresund` is found by `ores` and `Müller` by `muller`. */
export function foldText(text: string): string {
  if (PLAIN.test(text)) return text.toLowerCase();
  return text
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[ßøđðłæœþı]/g, (letter) => WHOLE_LETTERS[letter] ?? letter);
}

const SPACELESS = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}`;
const WORD = new RegExp(String.raw`[[\p{L}\p{N}\p{M}]--[${SPACELESS}]]+|[${SPACELESS}]`, 'gv');

export interface WordPlace {
  /** Folded. */
  readonly word: string;
  /** Where it stands in the text as it was written. */
  readonly start: number;
  readonly end: number;
}

/** The words of a text, in their order. */
export function wordPlaces(text: string): WordPlace[] {
  const places: WordPlace[] = [];
  for (const match of text.matchAll(WORD)) {
    const word = foldText(match[0]);
    if (word !== '') places.push({ word, start: match.index, end: match.index + match[0].length });
  }
  return places;
}

export function wordsOf(text: string): string[] {
  return wordPlaces(text).map(({ word }) => word);
}
