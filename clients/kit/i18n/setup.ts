// Starts i18next in the chosen language. English is in the entry (it is also the fallback); others load when chosen.
import { createInstance, type i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import en from './en.json' with { type: 'json' };
import { chooseLanguage, PSEUDO_LTR, PSEUDO_RTL } from './languages.ts';
import type { Texts } from './pseudo.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: typeof en };
  }
}

const KEY = 'parley.language';

async function german(): Promise<Texts> {
  const [texts, faults] = await Promise.all([import('./de.json'), import('./faults.de.json')]);
  return { ...texts.default, faults: { ...texts.default.faults, ...faults.default } };
}

async function load(code: string): Promise<Texts> {
  switch (code) {
    case 'de':
      return german();
    case PSEUDO_LTR:
    case PSEUDO_RTL:
      return (await import('./pseudo.ts')).pseudoTexts(en);
    default:
      return en;
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
    resources: { en: { translation: en }, [code]: { translation: await load(code) } },
  });
  return instance;
}

export async function setLanguage(instance: i18n, code: string): Promise<void> {
  instance.addResourceBundle(code, 'translation', await load(code));
  await instance.changeLanguage(code);
  localStorage.setItem(KEY, code);
}
