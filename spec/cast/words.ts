// The clients' texts in the language under test, looked up by the English ones, so that page objects read like the page.
import recordsDe from '../../clients/kit/i18n/call-records.de.json' with { type: 'json' };
import recordsEn from '../../clients/kit/i18n/call-records.en.json' with { type: 'json' };
import callRulesDe from '../../clients/kit/i18n/call-rules.de.json' with { type: 'json' };
import callRulesEn from '../../clients/kit/i18n/call-rules.en.json' with { type: 'json' };
import callsDe from '../../clients/kit/i18n/calls.de.json' with { type: 'json' };
import callsEn from '../../clients/kit/i18n/calls.en.json' with { type: 'json' };
import entryDe from '../../clients/kit/i18n/de.json' with { type: 'json' };
import entryEn from '../../clients/kit/i18n/en.json' with { type: 'json' };
import toolsDe from '../../clients/kit/i18n/licence-tools.de.json' with { type: 'json' };
import toolsEn from '../../clients/kit/i18n/licence-tools.en.json' with { type: 'json' };
import licensingDe from '../../clients/kit/i18n/licensing.de.json' with { type: 'json' };
import licensingEn from '../../clients/kit/i18n/licensing.en.json' with { type: 'json' };
import policyDe from '../../clients/kit/i18n/policy.de.json' with { type: 'json' };
import policyEn from '../../clients/kit/i18n/policy.en.json' with { type: 'json' };
import { pseudoText, type Texts } from '../../clients/kit/i18n/pseudo.ts';
import traceDe from '../../clients/kit/i18n/sip-trace.de.json' with { type: 'json' };
import traceEn from '../../clients/kit/i18n/sip-trace.en.json' with { type: 'json' };
import voicemailDe from '../../clients/kit/i18n/voicemail.de.json' with { type: 'json' };
import voicemailEn from '../../clients/kit/i18n/voicemail.en.json' with { type: 'json' };

const en: Texts = {
  ...entryEn,
  ...licensingEn,
  ...toolsEn,
  ...traceEn,
  ...policyEn,
  ...callRulesEn,
  ...recordsEn,
  ...callsEn,
  ...voicemailEn,
};
const de: Texts = {
  ...entryDe,
  ...licensingDe,
  ...toolsDe,
  ...traceDe,
  ...policyDe,
  ...callRulesDe,
  ...recordsDe,
  ...callsDe,
  ...voicemailDe,
};

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
