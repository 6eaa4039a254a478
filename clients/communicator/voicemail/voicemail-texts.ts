// The texts of voicemail, loaded with the first part that shows them.
import { addTexts } from '../../kit/i18n/setup.ts';
import texts from '../../kit/i18n/voicemail.en.json' with { type: 'json' };

const source = { en: texts, german: async () => (await import('../../kit/i18n/voicemail.de.json')).default };

export function loadVoicemailTexts(): Promise<void> {
  return addTexts(source);
}
