// The texts of calls, loaded with the first part that shows them.
import texts from '../../kit/i18n/calls.en.json' with { type: 'json' };
import { addTexts } from '../../kit/i18n/setup.ts';

const source = { en: texts, german: async () => (await import('../../kit/i18n/calls.de.json')).default };

export function loadCallTexts(): Promise<void> {
  return addTexts(source);
}
