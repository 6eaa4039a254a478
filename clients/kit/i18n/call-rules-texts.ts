// The texts of the pages about call rules, loaded with the first of them.
import texts from './call-rules.en.json' with { type: 'json' };
import { addTexts } from './setup.ts';

const source = { en: texts, german: async () => (await import('./call-rules.de.json')).default };

export function loadCallRulesTexts(): Promise<void> {
  return addTexts(source);
}
