// Entry of the console: language, look, sign-in, then the administration.
import { lazy, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import { startI18n } from '../kit/i18n/setup.ts';
import { SignInGate } from '../kit/sign-in/sign-in-gate.tsx';
import { Appearance } from '../kit/theme/appearance.tsx';
import { followOtherTabs } from '../kit/theme/preferences.ts';
import { RolesGate } from './roles-gate.tsx';

const Calculator = lazy(() => import('./licensing/calculator/calculator.tsx'));

const i18n = await startI18n();
followOtherTabs();
/** Below this address nobody signs in and nothing is asked of the server. */
const forResellers = /^\/console\/calculator(?:\/|$)/.test(location.pathname);
createRoot(document.getElementById('root')!).render(
  <I18nextProvider i18n={i18n}>
    <Appearance>
      {forResellers ? (
        <Suspense fallback={null}>
          <Calculator />
        </Suspense>
      ) : (
        <SignInGate>
          {({ user }) => user !== undefined && <RolesGate key={user.userId} user={user} />}
        </SignInGate>
      )}
    </Appearance>
  </I18nextProvider>,
);
