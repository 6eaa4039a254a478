// What has to be typed into a telephone, with the password that is shown this once.
import { Button } from '@fluentui/react-components';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../http/session.ts';
import { CopyField } from '../widgets/copy-field.tsx';
import { CheckIcon, CopyIcon } from '../widgets/icons.tsx';
import styles from './device-list.module.css';

interface SipSettingsProps {
  readonly address: string;
  readonly name: string;
  readonly password: string;
  readonly close: () => void;
}

export function SipSettings({ address, name, password, close }: SipSettingsProps) {
  const { t } = useTranslation();
  const { session } = useSession();
  const [copied, setCopied] = useState(false);
  const [local = '', domain = ''] = address.split('@');
  const { host = location.hostname, port = null, tlsPort = null } = session?.sip ?? {};
  const settings: readonly (readonly [string, string])[] = [
    [t('devices.userName'), local],
    [t('devices.password'), password],
    [t('devices.domain'), domain],
    [t('devices.server'), host],
    ...(tlsPort === null ? [] : [[t('devices.tlsPort'), String(tlsPort)] as const]),
    ...(port === null ? [] : [[t('devices.plainPort'), String(port)] as const]),
  ];

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
