// The person's mailbox in the settings: greeting, PIN for phones, mail copies, and how long messages are kept.
import { Button, Field, Input, Spinner, Switch } from '@fluentui/react-components';
import type { Mailbox } from '@parley/services/voicemail/contract';
import { type FormEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CommandRequest } from '../../kit/contracts.ts';
import type { Fault } from '../../kit/fault.ts';
import { useLive, useLiveClient } from '../../kit/live/live-context.tsx';
import { FaultNotice } from '../../kit/widgets/fault-notice.tsx';
import { GreetingField } from './greeting-field.tsx';
import styles from './voicemail-form.module.css';

export default function VoicemailForm() {
  const { t } = useTranslation();
  const client = useLiveClient();
  const connected = useLive(({ connection }) => connection.kind === 'connected');
  const [mailbox, setMailbox] = useState<Mailbox | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  const [isSaved, setSaved] = useState(false);

  useEffect(() => {
    if (!connected) return;
    void client.command('voicemail.mailbox', {}).then((outcome) => {
      if (!outcome.ok) return setFault(outcome.fault);
      setFault(null);
      setMailbox(outcome.value);
    });
  }, [client, connected]);

  async function change(changes: CommandRequest<'voicemail.setMailbox'>): Promise<boolean> {
    setSaved(false);
    const outcome = await client.command('voicemail.setMailbox', changes);
    setFault(outcome.ok ? null : outcome.fault);
    if (outcome.ok) setMailbox(outcome.value);
    setSaved(outcome.ok);
    return outcome.ok;
  }

  if (mailbox === null)
    return fault === null ? (
      <Spinner label={t('voicemail.settings.loading')} />
    ) : (
      <FaultNotice fault={fault} />
    );
  if (!mailbox.allowed) return <p className={styles.hint}>{t('voicemail.settings.none')}</p>;
  const { keptDays, accessNumber: number, hasPin, mailCopy } = mailbox;
  return (
    <div className={styles.form}>
      <p className={styles.hint}>{t('voicemail.settings.about')}</p>
      {fault !== null && <FaultNotice fault={fault} />}
      <section className={styles.part} aria-label={t('voicemail.settings.greeting')}>
        <h4 className={styles.heading}>{t('voicemail.settings.greeting')}</h4>
        <GreetingField
          mailbox={mailbox}
          changed={(changed) => {
            setMailbox(changed);
            setSaved(true);
          }}
          useStandard={() => void change({ greeting: 'standard' })}
        />
      </section>
      <section className={styles.part} aria-label={t('voicemail.settings.pin')}>
        <h4 className={styles.heading}>{t('voicemail.settings.pin')}</h4>
        <p className={styles.hint}>
          <span>{t(`voicemail.settings.${hasPin ? 'pinIs' : 'pinNone'}`)}</span>{' '}
          <span>
            {t(`voicemail.settings.${hasPin ? 'access' : 'accessNoPin'}`, {
              number: `\u2068${number}\u2069`,
            })}
          </span>
        </p>
        <PinField set={(pin) => change({ pin })} />
        {hasPin && (
          <div>
            <Button size="small" onClick={() => void change({ pin: null })}>
              {t('voicemail.settings.pinRemove')}
            </Button>
          </div>
        )}
      </section>
      <Switch
        className={styles.switch}
        label={t('voicemail.settings.mailCopy')}
        checked={mailCopy}
        onChange={(_, { checked }) => void change({ mailCopy: checked })}
      />
      <p className={styles.hint}>
        {keptDays === 0
          ? t('voicemail.settings.keptForEver')
          : t('voicemail.settings.kept', { count: keptDays })}{' '}
        {t('voicemail.settings.fromPolicy')}
      </p>
      <p role="status" className={styles.hint}>
        {isSaved && t('voicemail.settings.saved')}
      </p>
    </div>
  );
}

function PinField({ set }: { readonly set: (pin: string) => Promise<boolean> }) {
  const { t } = useTranslation();
  const [pin, setPin] = useState('');
  const fits = /^\d{4,10}$/.test(pin);

  async function save(event: FormEvent): Promise<void> {
    event.preventDefault();
    event.stopPropagation();
    if (fits && (await set(pin))) setPin('');
  }

  return (
    <form className={styles.pin} onSubmit={(event) => void save(event)}>
      <Field label={t('voicemail.settings.pinNew')} hint={t('voicemail.settings.pinHint')}>
        <Input
          type="password"
          inputMode="numeric"
          autoComplete="off"
          maxLength={10}
          dir="ltr"
          value={pin}
          onChange={(_, { value }) => setPin(value.replace(/\D/g, ''))}
        />
      </Field>
      <Button type="submit" disabledFocusable={!fits}>
        {t('voicemail.settings.pinSet')}
      </Button>
    </form>
  );
}
