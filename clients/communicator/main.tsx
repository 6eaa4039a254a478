// Entry of the communicator: language, look, sign-in, then the workspace.
import { createRoot } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import { startI18n } from '../kit/i18n/setup.ts';
import { forgetCopies, lastSession } from '../kit/live/offline-copy.ts';
import { SignInGate } from '../kit/sign-in/sign-in-gate.tsx';
import { Appearance } from '../kit/theme/appearance.tsx';
import { followOtherTabs } from '../kit/theme/preferences.ts';
import { App } from './app.tsx';

const KEPT = { session: lastSession, forget: forgetCopies };

const i18n = await startI18n();
followOtherTabs();
createRoot(document.getElementById('root')!).render(
  <I18nextProvider i18n={i18n}>
    <Appearance>
      <SignInGate kept={KEPT}>{({ user }) => user !== undefined && <App user={user} />}</SignInGate>
    </Appearance>
  </I18nextProvider>,
);

// Over plain HTTP from another machine there is no service worker; everything else works.
if ('serviceWorker' in navigator && import.meta.env.PROD) {
  void navigator.serviceWorker.register('/sw.js').catch(() => {});
}
