// Gives every screen below it the chosen look, the reading direction, and the nonce that the server's
// Content-Security-Policy wants on style elements.
import { createDOMRenderer, FluentProvider, RendererProvider } from '@fluentui/react-components';
import { type ReactNode, useLayoutEffect, useMemo, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { directionOf } from '../i18n/languages.ts';
import { usePreferences } from './preferences.ts';
import { type Look, themes } from './themes.ts';
import './base.css';

const darkQuery = matchMedia('(prefers-color-scheme: dark)');
const contrastQuery = matchMedia('(prefers-contrast: more)');

function subscribe(changed: () => void): () => void {
  for (const query of [darkQuery, contrastQuery]) query.addEventListener('change', changed);
  return () => {
    for (const query of [darkQuery, contrastQuery]) query.removeEventListener('change', changed);
  };
}

function systemLook(): Look {
  if (contrastQuery.matches && darkQuery.matches) return 'contrast';
  return darkQuery.matches ? 'dark' : 'light';
}

export function useLook(): Look {
  const system = useSyncExternalStore(subscribe, systemLook);
  const { theme } = usePreferences();
  return theme === 'system' ? system : theme;
}

function makeRenderer() {
  const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
  return createDOMRenderer(document, { styleElementAttributes: { nonce } });
}

export function Appearance({ children }: { readonly children: ReactNode }) {
  const look = useLook();
  const { i18n } = useTranslation();
  const direction = directionOf(i18n.language);
  const renderer = useMemo(makeRenderer, []);

  useLayoutEffect(() => {
    const { documentElement } = document;
    documentElement.dataset['look'] = look;
    documentElement.dir = direction;
    documentElement.lang = i18n.language;
    const colour = themes[look].parleySidebar;
    document.querySelector<HTMLMetaElement>('meta[name="theme-color"]')?.setAttribute('content', colour);
  }, [look, direction, i18n.language]);

  return (
    <RendererProvider renderer={renderer} targetDocument={document}>
      {/* The class is not on the provider: portals copy the provider's classes, and would cover the page. */}
      <FluentProvider theme={themes[look]} dir={direction}>
        <div className="parley-root">{children}</div>
      </FluentProvider>
    </RendererProvider>
  );
}
