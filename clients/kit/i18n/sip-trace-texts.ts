// The texts of the pages about SIP messages, loaded with the first of them.

import { addTexts } from './setup.ts';
import texts from './sip-trace.en.json' with { type: 'json' };

const source = { en: texts, german: async () => (await import('./sip-trace.de.json')).default };

export function loadSipTraceTexts(): Promise<void> {
  return addTexts(source);
}
