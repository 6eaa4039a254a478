// The clients' texts in the language under test, looked up by the English ones, so that page objects read like the page.
import { de, en } from '../../clients/kit/i18n/all-texts.ts';
import { pseudoText, type Texts } from '../../clients/kit/i18n/pseudo.ts';

export type Language = 'en' | 'de' | 'qps-ploc' | 'qps-plocm';
/** `say('Write to {{name}}', { name: 'Bob' })` in the language of the page. */
export type Say = (english: string, values?: Readonly<Record<string, string | number>>) => string;

export function wordsOf(language: Language): Say {
  const german = language === 'de' ? new Map(pairs(en, de)) : undefined;
  const known = new Set(pairs(en, en).map(([text]) => text));
  return (english, values = {}) => {
    if (!known.has(english)) throw new Error(`the clients have no text “${english}”`);
    const text = language.startsWith('qps') ? pseudoText(english) : (german?.get(english) ?? english);
    return text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name] ?? ''));
  };
}

/** The texts that stand on a page in English although the language has other words for them. */
export function englishLeftIn(language: Language, texts: readonly string[]): string[] {
  const translated = new Map(language === 'de' ? pairs(en, de) : []);
  return texts.filter((text) => (translated.get(text) ?? text) !== text);
}

function pairs(from: Texts, to: Texts): [string, string][] {
  return Object.entries(from).flatMap(([key, value]): [string, string][] => {
    const other = to[key];
    if (typeof value === 'string') return typeof other === 'string' ? [[value, other]] : [];
    return typeof other === 'object' ? pairs(value, other) : [];
  });
}
