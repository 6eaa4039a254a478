// Settings of one's presence: patience, other programs, calendar, working hours.
import { Button, Field, Input, SpinButton, Spinner } from '@fluentui/react-components';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OwnPresence, PresenceSettings } from '../../kit/contracts.ts';
import type { Fault } from '../../kit/fault.ts';
import { useFormats } from '../../kit/i18n/use-formats.ts';
import { useLiveClient } from '../../kit/live/live-context.tsx';
import { FaultNotice } from '../../kit/widgets/fault-notice.tsx';
import { useNotices } from '../../kit/widgets/notices.tsx';
import { allowIdleDetection, idlePermission } from '../me/idle-detection.ts';
import styles from './settings-dialog.module.css';
import { WorkingHoursFields } from './working-hours-fields.tsx';

const LONGEST_MIN = 720;
/** While a calendar that was just named has not been read. */
const ASK_AGAIN_MS = 2_000;

export function PresenceForm() {
  const { t } = useTranslation();
  const client = useLiveClient();
  const notices = useNotices();
  const [own, setOwn] = useState<OwnPresence | null>(null);
  const [settings, setSettings] = useState<PresenceSettings | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    let here = true;
    void client.command('presence.readOwn', {}).then((outcome) => {
      if (!here) return;
      if (!outcome.ok) return setFault(outcome.fault);
      setOwn(outcome.value);
      setSettings(outcome.value.settings);
    });
    return () => {
      here = false;
    };
  }, [client]);

  const isWaiting = own?.calendar?.readAt === 0 && own.calendar.problem === undefined;
  useEffect(() => {
    if (!isWaiting) return;
    const asking = setInterval(() => {
      void client.command('presence.readOwn', {}).then((outcome) => {
        if (outcome.ok) setOwn((held) => (held === null ? held : withCalendar(held, outcome.value)));
      });
    }, ASK_AGAIN_MS);
    return () => clearInterval(asking);
  }, [client, isWaiting]);

  async function save(): Promise<void> {
    if (own === null || settings === null) return;
    setBusy(true);
    const outcome = await client.command('presence.setSettings', { settings, version: own.settingsVersion });
    setBusy(false);
    setFault(outcome.ok ? null : outcome.fault);
    if (outcome.ok) {
      setOwn(outcome.value);
      setSettings(outcome.value.settings);
      notices.done(t('presenceSettings.saved'));
    } else if (outcome.fault.code === 'PRESENCE_STALE') await showCurrent();
  }

  /** Somebody saved in another window: that is shown, and can be changed. */
  async function showCurrent(): Promise<void> {
    const current = await client.command('presence.readOwn', {});
    if (!current.ok) return;
    setOwn(current.value);
    setSettings(current.value.settings);
  }

  if (own === null || settings === null)
    return fault === null ? <Spinner label={t('presenceSettings.loading')} /> : <FaultNotice fault={fault} />;
  const change = (changed: Partial<PresenceSettings>) => setSettings({ ...settings, ...changed });
  return (
    <form
      className="parley-form"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      {fault !== null && <FaultNotice fault={fault} />}
      <div className={styles.minutes}>
        <Minutes
          label={t('presenceSettings.inactiveAfter')}
          value={settings.inactiveAfterMin}
          change={(inactiveAfterMin) => change({ inactiveAfterMin })}
        />
        <Minutes
          label={t('presenceSettings.awayAfter')}
          value={settings.awayAfterMin}
          change={(awayAfterMin) => change({ awayAfterMin })}
        />
      </div>
      <p className={styles.hint}>{t('presenceSettings.patience')}</p>
      <OtherPrograms />
      <Field label={t('presenceSettings.calendarLabel')} hint={t('presenceSettings.calendarHint')}>
        <Input
          type="text"
          inputMode="url"
          dir="ltr"
          autoComplete="off"
          spellCheck={false}
          maxLength={2000}
          value={settings.calendarUrl}
          onChange={(_, { value }) => change({ calendarUrl: value })}
        />
      </Field>
      {own.calendar !== undefined && <CalendarStatus calendar={own.calendar} />}
      <WorkingHoursFields hours={settings.workingHours} change={(workingHours) => change({ workingHours })} />
      <div>
        <Button type="submit" appearance="primary" disabledFocusable={busy}>
          {t('actions.save')}
        </Button>
      </div>
    </form>
  );
}

/** What is being changed here stays; how the calendar is doing is new. */
function withCalendar(held: OwnPresence, { calendar }: OwnPresence): OwnPresence {
  return calendar === undefined ? held : { ...held, calendar };
}

function Minutes({
  label,
  value,
  change,
}: {
  readonly label: string;
  readonly value: number;
  readonly change: (minutes: number) => void;
}) {
  return (
    <Field label={label}>
      <SpinButton
        value={value}
        min={1}
        max={LONGEST_MIN}
        onChange={(_, { value: stepped, displayValue }) => {
          const typed = stepped ?? Number.parseInt(displayValue ?? '', 10);
          if (Number.isInteger(typed)) change(Math.min(LONGEST_MIN, Math.max(1, typed)));
        }}
      />
    </Field>
  );
}

function CalendarStatus({ calendar }: { readonly calendar: NonNullable<OwnPresence['calendar']> }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { readAt, events, problem } = calendar;
  const ago = formats.ago(readAt, Date.now());
  if (problem !== undefined)
    return (
      <>
        <FaultNotice fault={problem} />
        {readAt > 0 && <p className={styles.hint}>{t('presenceSettings.calendarOld', { ago })}</p>}
      </>
    );
  return (
    <p className={styles.hint}>
      {readAt === 0
        ? t('presenceSettings.calendarWaiting')
        : t('presenceSettings.calendarRead', { ago, count: events })}
    </p>
  );
}

function OtherPrograms() {
  const { t } = useTranslation();
  const [permission, setPermission] = useState<Awaited<ReturnType<typeof idlePermission>>>('none');
  useEffect(() => {
    void idlePermission().then(setPermission);
  }, []);
  if (permission === 'none') return null;
  return (
    <div className={styles.pair}>
      <p>{t('presenceSettings.idleText')}</p>
      {permission === 'prompt' ? (
        <div>
          <Button onClick={() => void allowIdleDetection().then(setPermission)}>
            {t('presenceSettings.idleAllow')}
          </Button>
        </div>
      ) : (
        <p className={styles.hint}>
          {t(permission === 'granted' ? 'presenceSettings.idleAllowed' : 'presenceSettings.idleDenied')}
        </p>
      )}
    </div>
  );
}
