// The texts of the pages about policies, loaded with the first of them.
import texts from './policy.en.json' with { type: 'json' };
import { addTexts } from './setup.ts';

const source = { en: texts, german: async () => (await import('./policy.de.json')).default };

export function loadPolicyTexts(): Promise<void> {
  return addTexts(source);
}
