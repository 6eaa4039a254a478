// Starts i18next in the chosen language. English is in the entry (it is also the fallback); others load when chosen.
import { createInstance, type i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import type callRecords from './call-records.en.json';
import type callRules from './call-rules.en.json';
import type calls from './calls.en.json';
import en from './en.json' with { type: 'json' };
import { chooseLanguage, PSEUDO_LTR, PSEUDO_RTL } from './languages.ts';
import type tools from './licence-tools.en.json';
import type licensing from './licensing.en.json';
import type policy from './policy.en.json';
import type { Texts } from './pseudo.ts';
import type sipTrace from './sip-trace.en.json';
import type voicemail from './voicemail.en.json';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: {
      translation: typeof en &
        typeof calls &
        typeof callRules &
        typeof callRecords &
        typeof licensing &
        typeof tools &
        typeof sipTrace &
        typeof policy &
        typeof voicemail;
    };
  }
}

const KEY = 'parley.language';

/** Texts in each language: English at hand, German when it is chosen. */
export interface TextSource {
  readonly en: Texts;
  readonly german: () => Promise<Texts>;
}

const entry: TextSource = { en, german };
const added = new Set<TextSource>();
let started: i18n | undefined;

async function german(): Promise<Texts> {
  const [texts, faults] = await Promise.all([import('./de.json'), import('./faults.de.json')]);
  return { ...texts.default, faults: { ...texts.default.faults, ...faults.default } };
}

async function load(code: string, source: TextSource): Promise<Texts> {
  switch (code) {
    case 'de':
      return source.german();
    case PSEUDO_LTR:
    case PSEUDO_RTL:
      return (await import('./pseudo.ts')).pseudoTexts(source.en);
    default:
      return source.en;
  }
}

export async function startI18n(): Promise<i18n> {
  const asked = new URLSearchParams(location.search).get('lang');
  const code = chooseLanguage(asked, localStorage.getItem(KEY), navigator.languages);
  const instance = createInstance();
  await instance.use(initReactI18next).init({
    lng: code,
    fallbackLng: 'en',
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
    resources: { en: { translation: en }, [code]: { translation: await load(code, entry) } },
  });
  started = instance;
  return instance;
}

export async function setLanguage(instance: i18n, code: string): Promise<void> {
  const texts = await Promise.all([entry, ...added].map((source) => load(code, source)));
  for (const some of texts) instance.addResourceBundle(code, 'translation', some, true);
  await instance.changeLanguage(code);
  localStorage.setItem(KEY, code);
}

/** For pages with texts of their own: they are there, in every language that is chosen later too, when this is done. */
export async function addTexts(source: TextSource): Promise<void> {
  if (started === undefined || added.has(source)) return;
  added.add(source);
  for (const code of new Set(['en', started.language])) {
    started.addResourceBundle(code, 'translation', await load(code, source), true);
  }
}
