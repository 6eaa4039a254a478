// Makes the pseudo-locale from English: accented, about a third longer, in brackets. What stays plain on a screen is
// not translated; what is cut off has too little room. Pure.

export type Texts = { readonly [key: string]: string | Texts };

const FROM = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const TO = 'åƀçđéƒĝĥîĵķļɱñöþǫŕšţûṽŵẋýžÅƁÇĐÉƑĜĤÎĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽ';

export function pseudoText(text: string): string {
  const parts = text.split(/(\{\{.*?\}\}|<\/?\w+\/?>)/);
  const accented = parts.map((part, index) => (index % 2 === 1 ? part : accent(part))).join('');
  const letters = parts.filter((_, index) => index % 2 === 0).join('').length;
  return `[${accented}${' ~'.repeat(Math.ceil(letters / 6))}]`;
}

export function pseudoTexts(texts: Texts): Texts {
  return Object.fromEntries(
    Object.entries(texts).map(([key, value]) => [
      key,
      typeof value === 'string' ? pseudoText(value) : pseudoTexts(value),
    ]),
  );
}

function accent(text: string): string {
  return Array.from(text, (letter) => TO[FROM.indexOf(letter)] ?? letter).join('');
}
