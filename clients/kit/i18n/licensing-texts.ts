// The texts of the licence pages, which most people never open: loaded with the first of these pages.
import tools from './licence-tools.en.json' with { type: 'json' };
import licensing from './licensing.en.json' with { type: 'json' };
import { addTexts, type TextSource } from './setup.ts';

const texts: TextSource = {
  en: { ...licensing, ...tools },
  german: async () => {
    const [pages, toolPages] = await Promise.all([
      import('./licensing.de.json'),
      import('./licence-tools.de.json'),
    ]);
    return { ...pages.default, ...toolPages.default };
  },
};

export function loadLicensingTexts(): Promise<void> {
  return addTexts(texts);
}
