// Around every licence page: on a narrow screen the choice of pages, which stands at the side on a wide one.
import {
  Menu,
  MenuButton,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  Spinner,
} from '@fluentui/react-components';
import { Outlet, useLocation, useNavigate } from '@tanstack/react-router';
import { Suspense, useContext } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './licensing-frame.module.css';
import { MyRolesContext, may } from './my-roles.ts';
import { licenceSections, sectionAddress } from './sections.tsx';

export default function LicensingFrame() {
  const { t } = useTranslation();
  return (
    <>
      <SectionMenu />
      <Suspense fallback={<Spinner className={styles.loading} aria-label={t('entry.loading')} />}>
        <Outlet />
      </Suspense>
    </>
  );
}

function SectionMenu() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const roles = useContext(MyRolesContext);
  const here = licenceSections.find((section) => sectionAddress(section) === pathname.replace(/\/$/, ''));
  return (
    <div className={styles.menu}>
      <Menu>
        <MenuTrigger disableButtonEnhancement>
          <MenuButton appearance="subtle">{t(`licenceNav.${here?.name ?? 'dashboard'}`)}</MenuButton>
        </MenuTrigger>
        <MenuPopover>
          <MenuList>
            {licenceSections
              .filter((section) => may(roles, section.roles))
              .map((section) => (
                <MenuItem key={section.name} onClick={() => void navigate({ to: sectionAddress(section) })}>
                  {t(`licenceNav.${section.name}`)}
                </MenuItem>
              ))}
          </MenuList>
        </MenuPopover>
      </Menu>
    </div>
  );
}
