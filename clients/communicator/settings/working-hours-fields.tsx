// The days and hours at which one works, in the time zone of this browser unless another one was kept.
import { Checkbox, Field, Input, Switch } from '@fluentui/react-components';
import { useTranslation } from 'react-i18next';
import type { PresenceSettings } from '../../kit/contracts.ts';
import { useFormats } from '../../kit/i18n/use-formats.ts';
import styles from './settings-dialog.module.css';

type Hours = PresenceSettings['workingHours'];

const OFFICE = { days: [1, 2, 3, 4, 5], startMinute: 9 * 60, endMinute: 17 * 60 };
/** A Sunday. */
const SUNDAY_MS = Date.UTC(2024, 0, 7);
const DAY_MS = 86_400_000;
/** Weeks of this page begin on Monday. */
const WEEK = [1, 2, 3, 4, 5, 6, 0];

export function WorkingHoursFields({
  hours,
  change,
}: {
  readonly hours: Hours;
  readonly change: (hours: Hours) => void;
}) {
  const { t } = useTranslation();
  const { locale } = useFormats();
  const dayName = new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' });
  const begin = () => ({ timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone, ...OFFICE });
  return (
    <div className={styles.pair}>
      <Switch
        checked={hours !== null}
        label={t('presenceSettings.hoursShown')}
        onChange={(_, { checked }) => change(checked ? begin() : null)}
      />
      {hours !== null && (
        <>
          <fieldset className={styles.days}>
            <legend className="parley-hidden">{t('presenceSettings.hoursDays')}</legend>
            {WEEK.map((day) => (
              <Checkbox
                key={day}
                label={dayName.format(SUNDAY_MS + day * DAY_MS)}
                checked={hours.days.includes(day)}
                onChange={(_, { checked }) => {
                  const others = hours.days.filter((other) => other !== day);
                  change({ ...hours, days: (checked === true ? [...others, day] : others).sort() });
                }}
              />
            ))}
          </fieldset>
          <div className={styles.minutes}>
            <Time
              label={t('presenceSettings.hoursFrom')}
              minute={hours.startMinute}
              change={(startMinute) => change({ ...hours, startMinute })}
            />
            <Time
              label={t('presenceSettings.hoursTo')}
              minute={hours.endMinute}
              change={(endMinute) => change({ ...hours, endMinute })}
            />
          </div>
          <p className={styles.hint}>{t('presenceSettings.hoursZone', { zone: hours.timeZone })}</p>
        </>
      )}
    </div>
  );
}

function Time({
  label,
  minute,
  change,
}: {
  readonly label: string;
  readonly minute: number;
  readonly change: (minute: number) => void;
}) {
  const two = (value: number) => String(value).padStart(2, '0');
  return (
    <Field label={label}>
      <Input
        type="time"
        required
        value={`${two(Math.floor(minute / 60) % 24)}:${two(minute % 60)}`}
        onChange={(_, { value }) => {
          const [hours = Number.NaN, minutes = Number.NaN] = value.split(':').map(Number);
          if (Number.isInteger(hours) && Number.isInteger(minutes)) change(hours * 60 + minutes);
        }}
      />
    </Field>
  );
}
