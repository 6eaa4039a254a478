// Entry of the console: language, look, sign-in, then the administration.
import { createRoot } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import { startI18n } from '../kit/i18n/setup.ts';
import { SignInGate } from '../kit/sign-in/sign-in-gate.tsx';
import { Appearance } from '../kit/theme/appearance.tsx';
import { followOtherTabs } from '../kit/theme/preferences.ts';
import { App } from './app.tsx';
import { NotAdministrator } from './not-administrator.tsx';

const i18n = await startI18n();
followOtherTabs();
createRoot(document.getElementById('root')!).render(
  <I18nextProvider i18n={i18n}>
    <Appearance>
      <SignInGate>
        {({ user }) =>
          user?.administrator === true ? (
            <App user={user} />
          ) : (
            <NotAdministrator address={user?.address ?? ''} />
          )
        }
      </SignInGate>
    </Appearance>
  </I18nextProvider>,
);
