// The languages of the clients, how one is chosen, and which way it reads. Pure.

export interface Language {
  readonly code: string;
  /** In its own language. */
  readonly name: string;
}

/** Languages offered to people; the two pseudo-locales are for tests and can only be chosen by `?lang=`. */
export const LANGUAGES: readonly Language[] = [
  { code: 'en', name: 'English' },
  { code: 'de', name: 'Deutsch' },
];
export const PSEUDO_LTR = 'qps-ploc';
export const PSEUDO_RTL = 'qps-plocm';

const RIGHT_TO_LEFT = new Set(['ar', 'fa', 'he', 'ur']);

export function directionOf(code: string): 'ltr' | 'rtl' {
  return code === PSEUDO_RTL || RIGHT_TO_LEFT.has(code.split('-')[0] ?? '') ? 'rtl' : 'ltr';
}

/** The code to format dates and numbers with. */
export function formatLocale(code: string): string {
  return code.startsWith('qps-') ? 'en' : code;
}

/** The address bar wins, then the last choice, then what the browser asks for. */
export function chooseLanguage(
  asked: string | null,
  stored: string | null,
  browser: readonly string[],
): string {
  for (const wish of [asked, stored, ...browser]) {
    if (wish === PSEUDO_LTR || wish === PSEUDO_RTL) return wish;
    const base = wish?.toLowerCase().split('-')[0];
    const found = LANGUAGES.find(({ code }) => code === base);
    if (found !== undefined) return found.code;
  }
  return 'en';
}
