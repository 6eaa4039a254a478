// How one is told of messages: sounds and notifications of this browser, and, for all of them, quiet hours, what a
// notification shows, and mail.
import { Checkbox, Field, Input, Radio, RadioGroup, Slider, Switch } from '@fluentui/react-components';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AlertSettings, MailOffer } from '../../kit/contracts.ts';
import type { Fault } from '../../kit/fault.ts';
import { useFormats } from '../../kit/i18n/use-formats.ts';
import { useLive, useLiveClient } from '../../kit/live/live-context.tsx';
import { prefer, SOUND_KINDS, usePreferences } from '../../kit/theme/preferences.ts';
import { FaultNotice } from '../../kit/widgets/fault-notice.tsx';
import { keepSubscription } from '../attention/push-subscription.ts';
import { playSound } from '../attention/sounds.ts';
import { MailForm } from './mail-form.tsx';
import styles from './settings-dialog.module.css';

const SHOWS = ['text', 'sender', 'nothing'] as const;
/** 2023-01-01 was a Sunday. */
const SUNDAY_MS = Date.UTC(2023, 0, 1, 12);
const DAY_MS = 86_400_000;

export function AlertsTab() {
  return (
    <>
      <Sounds />
      <Everywhere />
    </>
  );
}

function Sounds() {
  const { t } = useTranslation();
  const { sounds, volume, soundKinds } = usePreferences();
  return (
    <section className={styles.part} aria-label={t('alerts.onThisDevice')}>
      <h3 className={styles.heading}>{t('alerts.onThisDevice')}</h3>
      <div className={styles.switches}>
        <NotificationSwitch />
        <Switch
          checked={sounds}
          label={t('settings.sounds')}
          onChange={(_, { checked }) => {
            prefer({ sounds: checked });
            if (checked) playSound('message');
          }}
        />
      </div>
      {sounds && (
        <div className={styles.indented}>
          <Field label={t('alerts.volume')}>
            <Slider
              min={0}
              max={100}
              step={10}
              value={volume}
              onChange={(_, { value }) => prefer({ volume: value })}
              onPointerUp={() => playSound('message')}
              onKeyUp={() => playSound('message')}
            />
          </Field>
          {SOUND_KINDS.map((kind) => (
            <Checkbox
              key={kind}
              checked={soundKinds[kind]}
              label={t(`alerts.sounds.${kind}`)}
              onChange={(_, { checked }) => {
                prefer({ soundKinds: { ...soundKinds, [kind]: checked === true } });
                if (checked === true) playSound(kind);
              }}
            />
          ))}
        </div>
      )}
    </section>
  );
}

/** Kept by the server: they hold in every browser and on every telephone that shows Parley. */
function Everywhere() {
  const { t } = useTranslation();
  const { locale } = useFormats();
  const client = useLiveClient();
  const connected = useLive(({ connection }) => connection.kind === 'connected');
  const [settings, setSettings] = useState<AlertSettings | null>(null);
  const [offer, setOffer] = useState<MailOffer>(null);
  const [fault, setFault] = useState<Fault | null>(null);

  useEffect(() => {
    if (!connected) return;
    void client.command('alert.settings', {}).then((outcome) => {
      if (!outcome.ok) return setFault(outcome.fault);
      setSettings(outcome.value.settings);
      setOffer(outcome.value.mail);
    });
  }, [client, connected]);

  async function save(wished: AlertSettings): Promise<void> {
    // The server writes mail in the language and by the clock of the page where it was asked for.
    const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
    const changed = { ...wished, mail: { ...wished.mail, language: locale, timeZone } };
    setSettings(changed);
    const outcome = await client.command('alert.putSettings', { settings: changed });
    setFault(outcome.ok ? null : outcome.fault);
  }

  return (
    <section className={styles.part} aria-label={t('alerts.everywhere')}>
      <h3 className={styles.heading}>{t('alerts.everywhere')}</h3>
      {fault !== null && <FaultNotice fault={fault} />}
      {settings !== null && (
        <>
          <Field label={t('alerts.shows')}>
            <RadioGroup
              value={settings.pushShows}
              onChange={(_, { value }) =>
                void save({ ...settings, pushShows: value as AlertSettings['pushShows'] })
              }
            >
              {SHOWS.map((shows) => (
                <Radio key={shows} value={shows} label={t(`alerts.showing.${shows}`)} />
              ))}
            </RadioGroup>
          </Field>
          {offer !== null && (
            <MailForm
              offer={offer}
              settings={settings.mail}
              save={(mail) => void save({ ...settings, mail })}
            />
          )}
          <QuietHours settings={settings} save={(changed) => void save(changed)} />
        </>
      )}
    </section>
  );
}

interface QuietHoursProps {
  readonly settings: AlertSettings;
  readonly save: (changed: AlertSettings) => void;
}

function QuietHours({ settings, save }: QuietHoursProps) {
  const { t } = useTranslation();
  const { locale } = useFormats();
  const { quiet } = settings;
  const weekday = new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' });

  function change(part: Partial<NonNullable<AlertSettings['quiet']>>): void {
    if (quiet !== null) save({ ...settings, quiet: { ...quiet, ...part } });
  }

  return (
    <>
      <div className={styles.switches}>
        <Switch
          checked={quiet !== null}
          label={t('alerts.quiet')}
          onChange={(_, { checked }) => save({ ...settings, quiet: checked ? night() : null })}
        />
      </div>
      {quiet !== null && (
        <div className={styles.indented}>
          <div className={styles.times}>
            <Field label={t('alerts.quietFrom')}>
              <Input
                type="time"
                value={clockTime(quiet.fromMinute)}
                onChange={(_, { value }) => value !== '' && change({ fromMinute: minuteOf(value) })}
              />
            </Field>
            <Field label={t('alerts.quietTo')}>
              <Input
                type="time"
                value={clockTime(quiet.toMinute)}
                onChange={(_, { value }) => value !== '' && change({ toMinute: minuteOf(value) })}
              />
            </Field>
          </div>
          {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a row */}
          <div className={styles.days} role="group" aria-label={t('alerts.quietDays')}>
            {[1, 2, 3, 4, 5, 6, 0].map((day) => (
              <Checkbox
                key={day}
                checked={quiet.days.includes(day)}
                label={<span lang={locale}>{weekday.format(SUNDAY_MS + day * DAY_MS)}</span>}
                onChange={(_, { checked }) =>
                  change({
                    days:
                      checked === true
                        ? [...quiet.days, day].sort()
                        : quiet.days.filter((other) => other !== day),
                  })
                }
              />
            ))}
          </div>
          <p className={styles.hint}>
            {t('alerts.quietText')} <span lang="en">{quiet.timeZone.replaceAll('_', ' ')}</span>
          </p>
        </div>
      )}
    </>
  );
}

/** Where the person is now; who moves switches them off and on again. */
function night(): AlertSettings['quiet'] {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  return { fromMinute: 22 * 60, toMinute: 7 * 60, days: [0, 1, 2, 3, 4, 5, 6], timeZone };
}

function clockTime(minute: number): string {
  const [hours, minutes] = [Math.floor(minute / 60), minute % 60];
  return `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
}

function minuteOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}

/** The browser is asked for permission only here, by the user's own hand. */
function NotificationSwitch() {
  const { t } = useTranslation();
  const client = useLiveClient();
  const { notifications } = usePreferences();
  const known = 'Notification' in globalThis && isSecureContext;
  const [permission, setPermission] = useState(known ? Notification.permission : 'denied');
  const [fault, setFault] = useState<Fault | null>(null);

  async function change(wanted: boolean): Promise<void> {
    const answer = wanted ? await Notification.requestPermission() : permission;
    setPermission(answer);
    prefer({ notifications: wanted && answer === 'granted' });
    setFault(await keepSubscription(client).catch(() => null));
  }

  return (
    <>
      <Field
        {...(permission === 'denied'
          ? { hint: known ? t('settings.notificationsBlocked') : t('settings.notificationsInsecure') }
          : {})}
      >
        <Switch
          checked={notifications && permission === 'granted'}
          disabled={permission === 'denied'}
          label={t('settings.notifications')}
          onChange={(_, { checked }) => void change(checked)}
        />
      </Field>
      {fault !== null && <FaultNotice fault={fault} />}
    </>
  );
}
