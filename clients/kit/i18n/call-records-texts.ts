// The texts of the pages about the books of calls, loaded with the first of them.
import texts from './call-records.en.json' with { type: 'json' };
import { addTexts } from './setup.ts';

const source = { en: texts, german: async () => (await import('./call-records.de.json')).default };

export function loadCallRecordTexts(): Promise<void> {
  return addTexts(source);
}
