// All about one person in one place: the account, the devices, the sign-ins.
import { Spinner, Tab, TabList } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DeviceList } from '../../kit/devices/device-list.tsx';
import { devicesOf } from '../../kit/devices/device-source.ts';
import { FaultNotice } from '../../kit/widgets/fault-notice.tsx';
import { PersonAvatar } from '../../kit/widgets/person-avatar.tsx';
import { type User, userQuery } from '../admin-api.ts';
import { SideDrawer } from '../side-drawer.tsx';
import { SignInList } from '../sign-ins/sign-in-list.tsx';
import { AccountTab } from './account-tab.tsx';
import { UserBadges } from './user-badges.tsx';
import styles from './user-drawer.module.css';

/** The texts come with the tab, so that nothing shows before them. */
const PolicyTab = lazy(async () => {
  const [tab, { loadPolicyTexts }] = await Promise.all([
    import('../policies/policy-tab.tsx'),
    import('../../kit/i18n/policy-texts.ts'),
  ]);
  await loadPolicyTexts();
  return tab;
});

const CallRulesTab = lazy(async () => {
  const [tab, { loadCallRulesTexts }] = await Promise.all([
    import('../call-rules/call-rules-tab.tsx'),
    import('../../kit/i18n/call-rules-texts.ts'),
  ]);
  await loadCallRulesTexts();
  return tab;
});

type DrawerTab = 'account' | 'devices' | 'signIns' | 'policy' | 'calls';

interface UserDrawerProps {
  readonly userId: string;
  readonly close: () => void;
}

export default function UserDrawer({ userId, close }: UserDrawerProps) {
  const { t } = useTranslation();
  const [tab, setTab] = useState<DrawerTab>('account');
  const { data: user, error, isPending } = useQuery(userQuery(userId));

  if (user === undefined) {
    return (
      <SideDrawer title={t('users.account')} close={close}>
        {isPending && <Spinner aria-label={t('users.loading')} />}
        {error !== null && <FaultNotice fault={error.fault} />}
      </SideDrawer>
    );
  }
  return (
    <SideDrawer
      close={close}
      title={
        <span className={styles.title}>
          <PersonAvatar user={user} size={48} />
          <span className={styles.names}>
            <bdi className={styles.name}>{user.name}</bdi>
            <span className={styles.address}>{user.address}</span>
          </span>
        </span>
      }
    >
      <div className={styles.badges}>
        <UserBadges user={user} />
      </div>
      <TabList
        selectedValue={tab}
        onTabSelect={(_, { value }) => setTab(value as DrawerTab)}
        className={styles.tabs}
      >
        <Tab value="account">{t('users.account')}</Tab>
        <Tab value="devices">{t('devices.title')}</Tab>
        <Tab value="signIns">{t('signIns.title')}</Tab>
        <Tab value="policy">{t('console.policyOf')}</Tab>
        <Tab value="calls">{t('console.callsOf')}</Tab>
      </TabList>
      {tab === 'account' && <AccountTab key={user.version} user={user} />}
      {tab === 'devices' && <DevicesTab user={user} />}
      {tab === 'signIns' && <SignInList user={user} />}
      {tab === 'policy' && (
        <Suspense fallback={<Spinner aria-label={t('users.loading')} />}>
          <PolicyTab userId={user.userId} />
        </Suspense>
      )}
      {tab === 'calls' && (
        <Suspense fallback={<Spinner aria-label={t('users.loading')} />}>
          <CallRulesTab userId={user.userId} />
        </Suspense>
      )}
    </SideDrawer>
  );
}

function DevicesTab({ user: { userId, address } }: { readonly user: User }) {
  const source = useMemo(() => devicesOf(userId, address), [userId, address]);
  return <DeviceList source={source} />;
}
