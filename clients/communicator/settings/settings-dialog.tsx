// Settings of this browser, one's phones and password, and the ways out.
import {
  Button,
  Dialog,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  DialogTrigger,
  Field,
  Radio,
  RadioGroup,
  Spinner,
  Switch,
  Tab,
  TabList,
} from '@fluentui/react-components';
import { lazy, Suspense, useId, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DeviceList } from '../../kit/devices/device-list.tsx';
import { ownDevices } from '../../kit/devices/device-source.ts';
import type { Fault } from '../../kit/fault.ts';
import { signOut } from '../../kit/http/session.ts';
import { forgetWritings } from '../../kit/live/drafts.ts';
import { useLive } from '../../kit/live/live-context.tsx';
import { prefer, type ThemeChoice, usePreferences } from '../../kit/theme/preferences.ts';
import { FaultNotice } from '../../kit/widgets/fault-notice.tsx';
import { CloseIcon, SignOutIcon } from '../../kit/widgets/icons.tsx';
import { LanguagePicker } from '../../kit/widgets/language-picker.tsx';
import { endSubscription } from '../attention/push-subscription.ts';
import { ReceiptsSwitch } from '../groups/receipts-switch.tsx';
import { AlertsTab } from './alerts-tab.tsx';
import { CardForm } from './card-form.tsx';
import { LevelsForm } from './levels-form.tsx';
import { PasswordForm } from './password-form.tsx';
import { PresenceForm } from './presence-form.tsx';
import styles from './settings-dialog.module.css';

/** The texts come with the tab, so that nothing shows before them. */
const CallsTab = lazy(async () => {
  const [tab, { loadCallRulesTexts }, { loadVoicemailTexts }, { loadCallTexts }] = await Promise.all([
    import('../call-rules/calls-tab.tsx'),
    import('../../kit/i18n/call-rules-texts.ts'),
    import('../voicemail/voicemail-texts.ts'),
    import('../calls/call-texts.ts'),
  ]);
  await Promise.all([loadCallRulesTexts(), loadVoicemailTexts(), loadCallTexts()]);
  return tab;
});

const DeviceForm = lazy(() => import('../calls/device-form.tsx'));

const TABS = [
  'general',
  'presence',
  'calls',
  'alerts',
  'devices',
  'card',
  'levels',
  'phones',
  'password',
] as const;
type SettingsTab = (typeof TABS)[number];
const THEMES: readonly ThemeChoice[] = ['system', 'light', 'dark', 'contrast'];

export default function SettingsDialog({ close }: { readonly close: () => void }) {
  const { t } = useTranslation();
  const [tab, setTab] = useState<SettingsTab>('general');

  return (
    <Dialog open onOpenChange={(_, { open }) => !open && close()}>
      <DialogSurface className={styles.surface}>
        <DialogBody>
          <DialogTitle
            action={
              <DialogTrigger action="close">
                <Button appearance="subtle" icon={<CloseIcon />} aria-label={t('actions.close')} />
              </DialogTrigger>
            }
          >
            {t('settings.title')}
          </DialogTitle>
          <DialogContent className={styles.content}>
            <TabList
              className={styles.tabs}
              size="small"
              selectedValue={tab}
              onTabSelect={(_, { value }) => setTab(value as SettingsTab)}
            >
              {TABS.map((name) => (
                <Tab key={name} value={name}>
                  {t(`settings.tabs.${name}`)}
                </Tab>
              ))}
            </TabList>
            {tab === 'general' && <General />}
            {tab === 'alerts' && <AlertsTab />}
            {tab === 'calls' && (
              <Suspense fallback={<Spinner aria-label={t('settings.loading')} />}>
                <CallsTab />
              </Suspense>
            )}
            {tab === 'devices' && (
              <Suspense>
                <DeviceForm />
              </Suspense>
            )}
            {tab === 'card' && <CardForm />}
            {tab === 'levels' && <LevelsForm />}
            {tab === 'presence' && <PresenceForm />}
            {tab === 'phones' && <Phones />}
            {tab === 'password' && <PasswordForm />}
          </DialogContent>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}

function General() {
  const { t } = useTranslation();
  const me = useLive(({ live }) => live.me);
  const { theme, singleKeys } = usePreferences();
  const [fault, setFault] = useState<Fault | null>(null);
  const languageId = useId();

  async function leave(everywhere: boolean): Promise<void> {
    await endSubscription().catch(() => {});
    const refused = await signOut(everywhere);
    setFault(refused);
    if (refused === null && me !== null) forgetWritings(localStorage, me.userId);
  }

  return (
    <>
      {fault !== null && <FaultNotice fault={fault} />}
      <Field label={t('settings.theme')}>
        <RadioGroup
          className={styles.themes}
          value={theme}
          onChange={(_, { value }) => prefer({ theme: value as ThemeChoice })}
        >
          {THEMES.map((choice) => (
            <Radio key={choice} value={choice} label={t(`themes.${choice}`)} />
          ))}
        </RadioGroup>
      </Field>
      <div className={styles.pair}>
        <span id={languageId}>{t('settings.language')}</span>
        <LanguagePicker labelledBy={languageId} />
      </div>
      <div className={styles.switches}>
        <ReceiptsSwitch />
        <Switch
          checked={singleKeys}
          label={t('settings.singleKeys')}
          onChange={(_, { checked }) => prefer({ singleKeys: checked })}
        />
      </div>
      <div className={styles.account}>
        <p className={styles.address}>
          {t('settings.signedInAs')} <bdi>{me?.address}</bdi>
        </p>
        <Button icon={<SignOutIcon />} onClick={() => void leave(false)}>
          {t('settings.signOut')}
        </Button>
        <Button appearance="subtle" onClick={() => void leave(true)}>
          {t('settings.signOutEverywhere')}
        </Button>
      </div>
    </>
  );
}

function Phones() {
  const address = useLive(({ live }) => live.me?.address ?? '');
  const source = useMemo(() => ownDevices(address), [address]);
  return <DeviceList source={source} />;
}
