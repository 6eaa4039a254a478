// What has to be typed into a telephone, with the password that is shown this once.
import { Button } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyField } from '../../kit/widgets/copy-field.tsx';
import { CheckIcon, CopyIcon } from '../../kit/widgets/icons.tsx';
import { healthQuery, type User } from '../admin-api.ts';
import styles from './device-list.module.css';

interface SipSettingsProps {
  readonly user: User;
  readonly name: string;
  readonly password: string;
  readonly close: () => void;
}

export function SipSettings({ user, name, password, close }: SipSettingsProps) {
  const { t } = useTranslation();
  const health = useQuery(healthQuery);
  const [copied, setCopied] = useState(false);
  const [local = '', domain = ''] = user.address.split('@');
  const settings = [
    [t('devices.userName'), local],
    [t('devices.password'), password],
    [t('devices.domain'), domain],
    [t('devices.server'), health.data?.hostName ?? location.hostname],
    [t('devices.tlsPort'), '5061'],
    [t('devices.plainPort'), '5060'],
  ] as const;

  async function copyAll(): Promise<void> {
    try {
      await navigator.clipboard.writeText(settings.map(([label, value]) => `${label}: ${value}`).join('\n'));
      setCopied(true);
    } catch {
      // Without https there is no clipboard; each value can be selected.
    }
  }

  return (
    <section className={styles.settings} aria-label={t('devices.settingsOf', { name })}>
      <h3>{t('devices.settingsOf', { name })}</h3>
      <p>{t('devices.once')}</p>
      <div className={styles.fields}>
        {settings.map(([label, value]) => (
          <CopyField key={label} label={label} value={value} />
        ))}
      </div>
      <p className={styles.text}>{t('devices.transports')}</p>
      <div className={styles.buttons}>
        <Button icon={copied ? <CheckIcon /> : <CopyIcon />} onClick={() => void copyAll()}>
          {copied ? t('actions.copied') : t('devices.copyAll')}
        </Button>
        <Button appearance="subtle" onClick={close}>
          {t('devices.noted')}
        </Button>
      </div>
    </section>
  );
}
