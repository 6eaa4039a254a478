// The reseller's calculator: quote, transition and rules without an account and without the server, below
// /console/calculator. What is typed stays in the browser.
import { Select, Spinner, Toaster } from '@fluentui/react-components';
import {
  createRootRoute,
  createRoute,
  createRouter,
  Link,
  Outlet,
  RouterProvider,
} from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { loadLicensingTexts } from '../../../kit/i18n/licensing-texts.ts';
import { prefer, type ThemeChoice, usePreferences } from '../../../kit/theme/preferences.ts';
import { LanguagePicker } from '../../../kit/widgets/language-picker.tsx';
import { Wordmark } from '../../../kit/widgets/mark.tsx';
import { TOASTER } from '../../../kit/widgets/notices.tsx';
import styles from './calculator.module.css';

const QuotePage = lazy(() => import('../quote/quote-page.tsx'));
const TransitionPage = lazy(() => import('../transition/transition-page.tsx'));
const RulesPage = lazy(() => import('../rules/rules-page.tsx'));

const THEMES: readonly ThemeChoice[] = ['system', 'light', 'dark', 'contrast'];

function makeRouter() {
  const root = createRootRoute({ component: Frame, notFoundComponent: QuotePage });
  const page = (path: string, component: typeof QuotePage) =>
    createRoute({ getParentRoute: () => root, path, component });
  const routeTree = root.addChildren([
    page('/', QuotePage),
    page('/transition', TransitionPage),
    page('/rules', RulesPage),
  ]);
  return createRouter({ routeTree, basepath: '/console/calculator' });
}

await loadLicensingTexts();

export default function Calculator() {
  const [router] = useState(makeRouter);
  return (
    <>
      <RouterProvider router={router} />
      <Toaster toasterId={TOASTER} position="bottom-end" />
    </>
  );
}

function Frame() {
  const { t } = useTranslation();
  useEffect(() => {
    document.title = t('licenceTools.calculator.pageTitle');
  }, [t]);
  return (
    <div className={styles.frame}>
      <header className={styles.head}>
        <div className={styles.brand}>
          <Wordmark size={28} />
          <span className={styles.kind}>{t('licenceTools.calculator.title')}</span>
        </div>
        <nav className={styles.nav} aria-label={t('licenceTools.calculator.title')}>
          {(
            [
              ['/', 'quote'],
              ['/transition', 'transition'],
              ['/rules', 'rules'],
            ] as const
          ).map(([to, name]) => (
            <Link
              key={to}
              to={to as '/'}
              className={styles.link}
              activeOptions={{ exact: true, includeSearch: false, includeHash: false }}
            >
              {t(`licenceNav.${name}`)}
            </Link>
          ))}
        </nav>
        <div className={styles.choices}>
          <ThemePicker />
          <LanguagePicker />
        </div>
      </header>
      <main className={styles.main}>
        <p className={styles.privacy}>{t('licenceTools.calculator.privacy')}</p>
        <Suspense fallback={<Spinner className={styles.loading} aria-label={t('entry.loading')} />}>
          <Outlet />
        </Suspense>
      </main>
    </div>
  );
}

function ThemePicker() {
  const { t } = useTranslation();
  const { theme } = usePreferences();
  return (
    <Select
      appearance="filled-lighter"
      aria-label={t('settings.theme')}
      value={theme}
      onChange={(_, { value }) => prefer({ theme: value as ThemeChoice })}
    >
      {THEMES.map((choice) => (
        <option key={choice} value={choice}>
          {t(`themes.${choice}`)}
        </option>
      ))}
    </Select>
  );
}
