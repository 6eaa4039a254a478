// Whether one gets a mail of what one has not read, when, and what it shows. The server sends it, whatever runs here.
import { Field, MessageBar, MessageBarBody, Select } from '@fluentui/react-components';
import { useTranslation } from 'react-i18next';
import type { MailOffer, MailSettings } from '../../kit/contracts.ts';
import { useFormats } from '../../kit/i18n/use-formats.ts';
import styles from './settings-dialog.module.css';

const NEVER = 'never';
const AFTER_MINUTES = [60, 240, 1_440];
const SHOWS = ['nothing', 'sender', 'text'] as const;

interface MailFormProps {
  readonly offer: NonNullable<MailOffer>;
  readonly settings: MailSettings;
  readonly save: (changed: MailSettings) => void;
}

export function MailForm({ offer, settings, save }: MailFormProps) {
  const { t } = useTranslation();
  const { afterMinutes } = settings;
  if (offer.most === null) return <p className={styles.hint}>{t('alerts.mail.forbidden')}</p>;
  const allowed = SHOWS.slice(0, SHOWS.indexOf(offer.most) + 1);
  const shows = allowed.includes(settings.shows) ? settings.shows : offer.most;
  const choices = [...new Set([...AFTER_MINUTES, ...(afterMinutes === null ? [] : [afterMinutes])])].sort(
    (a, b) => a - b,
  );
  return (
    <>
      {afterMinutes === null && offer.refused !== undefined && <Refused {...offer.refused} />}
      <Field label={t('alerts.mail.after')} hint={t('alerts.mail.hint', { address: offer.address })}>
        <Select
          value={afterMinutes === null ? NEVER : String(afterMinutes)}
          onChange={(_, { value }) =>
            save({ ...settings, afterMinutes: value === NEVER ? null : Number(value) })
          }
        >
          <option value={NEVER}>{t('alerts.mail.never')}</option>
          {choices.map((minutes) => (
            <option key={minutes} value={minutes}>
              {minutes < 60
                ? t('alerts.mail.atOnce')
                : t('alerts.mail.hours', { count: Math.round(minutes / 60) })}
            </option>
          ))}
        </Select>
      </Field>
      {afterMinutes !== null && (
        <Field
          label={t('alerts.mail.shows')}
          {...(allowed.length < SHOWS.length ? { hint: t('alerts.mail.limited') } : {})}
        >
          <Select
            value={shows}
            onChange={(_, { value }) => save({ ...settings, shows: value as MailSettings['shows'] })}
          >
            {[...allowed].reverse().map((choice) => (
              <option key={choice} value={choice}>
                {t(`alerts.showing.${choice}`)}
              </option>
            ))}
          </Select>
        </Field>
      )}
    </>
  );
}

function Refused({ address, at, reply }: NonNullable<NonNullable<MailOffer>['refused']>) {
  const { t } = useTranslation();
  const formats = useFormats();
  return (
    <MessageBar intent="warning" layout="multiline">
      <MessageBarBody className={styles.wrapping}>
        {t('alerts.mail.refused', { address, when: formats.full(at) })} <q lang="en">{reply}</q>
      </MessageBarBody>
    </MessageBar>
  );
}
