// The console's frame: where one can go, who one is, and the page.
import {
  Button,
  Menu,
  MenuItem,
  MenuItemRadio,
  MenuList,
  MenuPopover,
  MenuTrigger,
  Spinner,
} from '@fluentui/react-components';
import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { type ReactNode, Suspense, useContext, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { signOut, useSession } from '../kit/http/session.ts';
import { LANGUAGES } from '../kit/i18n/languages.ts';
import { setLanguage } from '../kit/i18n/setup.ts';
import { prefer, type ThemeChoice, usePreferences } from '../kit/theme/preferences.ts';
import {
  ChatIcon,
  GlobeIcon,
  HeartbeatIcon,
  KeyIcon,
  LadderIcon,
  LicenceIcon,
  PeopleIcon,
  PhoneIcon,
  SettingsIcon,
  ShieldIcon,
  SignOutIcon,
} from '../kit/widgets/icons.tsx';
import { Wordmark } from '../kit/widgets/mark.tsx';
import { PersonAvatar } from '../kit/widgets/person-avatar.tsx';
import styles from './frame.module.css';
import { MyRolesContext, may } from './licensing/my-roles.ts';
import { licenceSections, sectionAddress } from './licensing/sections.tsx';

const THEMES: readonly ThemeChoice[] = ['system', 'light', 'dark', 'contrast'];

export function Frame() {
  const { t } = useTranslation();
  const { administrator } = useContext(MyRolesContext);

  useEffect(() => {
    document.title = t('console.pageTitle');
  }, [t]);

  return (
    <div className={styles.frame}>
      <nav className={styles.nav} aria-label={t('console.title')}>
        <div className={styles.brand}>
          <Wordmark size={30} />
          <span className={styles.kind}>{t('console.title')}</span>
        </div>
        <ul className={styles.links}>
          {administrator && (
            <>
              <NavLink to="/" icon={<PeopleIcon />} text={t('users.title')} />
              <NavLink to="/policies" icon={<ShieldIcon />} text={t('console.policies')} />
              <NavLink to="/sign-ins" icon={<KeyIcon />} text={t('signIns.title')} />
              <NavLink to="/calls" icon={<PhoneIcon />} text={t('console.calls')} />
              <NavLink to="/sip-messages" icon={<LadderIcon />} text={t('console.sipMessages')} />
              <NavLink to="/health" icon={<HeartbeatIcon />} text={t('health.title')} />
            </>
          )}
          <LicenceLinks />
        </ul>
        <Account />
      </nav>
      <main className={styles.main}>
        <Suspense fallback={<Spinner className={styles.loading} aria-label={t('entry.loading')} />}>
          <Outlet />
        </Suspense>
      </main>
    </div>
  );
}

/** The licence pages stand below their heading once one of them is open. */
function LicenceLinks() {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const roles = useContext(MyRolesContext);
  const inside = pathname === '/licensing' || pathname.startsWith('/licensing/');
  return (
    <li>
      <Link
        to="/licensing"
        className={styles.link}
        data-inside={inside}
        activeOptions={{ exact: true, includeSearch: false }}
      >
        <LicenceIcon />
        <span>{t('licenceNav.title')}</span>
      </Link>
      {inside && (
        <ul className={styles.sublinks} aria-label={t('licenceNav.title')}>
          {licenceSections
            .filter((section) => section.name !== 'dashboard' && may(roles, section.roles))
            .map((section) => (
              <li key={section.name}>
                <Link to={sectionAddress(section)} className={`${styles.link} ${styles.sublink}`}>
                  {t(`licenceNav.${section.name}`)}
                </Link>
              </li>
            ))}
        </ul>
      )}
    </li>
  );
}

interface NavLinkProps {
  readonly to: '/' | '/policies' | '/sign-ins' | '/calls' | '/sip-messages' | '/health';
  readonly icon: ReactNode;
  readonly text: string;
}

function NavLink({ to, icon, text }: NavLinkProps) {
  return (
    <li>
      <Link to={to} className={styles.link} activeOptions={{ exact: to === '/', includeSearch: false }}>
        {icon}
        <span>{text}</span>
      </Link>
    </li>
  );
}

function Account() {
  const { t, i18n } = useTranslation();
  const { session } = useSession();
  const { theme } = usePreferences();
  const user = session?.user;
  if (user === undefined) return null;
  return (
    <Menu
      positioning="above-start"
      checkedValues={{ theme: [theme], language: [i18n.language] }}
      onCheckedValueChange={(_, { name, checkedItems }) => {
        const [chosen] = checkedItems;
        if (chosen === undefined) return;
        if (name === 'theme') prefer({ theme: chosen as ThemeChoice });
        else void setLanguage(i18n, chosen);
      }}
    >
      <MenuTrigger disableButtonEnhancement>
        <Button appearance="subtle" className={styles.account}>
          <PersonAvatar user={user} size={32} />
          <span className={styles.who}>
            <bdi>{user.name}</bdi>
          </span>
        </Button>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          <MenuItem icon={<ChatIcon />} onClick={() => location.assign('/')}>
            {t('console.toCommunicator')}
          </MenuItem>
          <Menu>
            <MenuTrigger disableButtonEnhancement>
              <MenuItem icon={<SettingsIcon />}>{t('settings.theme')}</MenuItem>
            </MenuTrigger>
            <MenuPopover>
              <MenuList>
                {THEMES.map((choice) => (
                  <MenuItemRadio key={choice} name="theme" value={choice}>
                    {t(`themes.${choice}`)}
                  </MenuItemRadio>
                ))}
              </MenuList>
            </MenuPopover>
          </Menu>
          <Menu>
            <MenuTrigger disableButtonEnhancement>
              <MenuItem icon={<GlobeIcon />}>{t('settings.language')}</MenuItem>
            </MenuTrigger>
            <MenuPopover>
              <MenuList>
                {LANGUAGES.map(({ code, name }) => (
                  <MenuItemRadio key={code} name="language" value={code} lang={code}>
                    {name}
                  </MenuItemRadio>
                ))}
              </MenuList>
            </MenuPopover>
          </Menu>
          <MenuItem icon={<SignOutIcon />} onClick={() => void signOut(false)}>
            {t('settings.signOut')}
          </MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
