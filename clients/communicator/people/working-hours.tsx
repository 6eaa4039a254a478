// The hours in which somebody works, in their own time zone, in words.
import { useTranslation } from 'react-i18next';
import type { PresenceState } from '../../kit/contracts.ts';
import { useFormats } from '../../kit/i18n/use-formats.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** 1 January 2023 was a Sunday. */
const SUNDAY_MS = Date.UTC(2023, 0, 1);

export function WorkingHoursText({ hours }: { readonly hours: NonNullable<PresenceState['workingHours']> }) {
  const { t } = useTranslation();
  const { locale } = useFormats();
  const day = new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' });
  const time = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit', timeZone: 'UTC' });
  const list = new Intl.ListFormat(locale, { style: 'narrow', type: 'unit' });
  // The week begins on Monday.
  const days = hours.days.toSorted((one, other) => ((one + 6) % 7) - ((other + 6) % 7));
  return t('person.hours', {
    days: list.format(days.map((number) => day.format(SUNDAY_MS + number * DAY_MS))),
    from: time.format(SUNDAY_MS + hours.startMinute * MINUTE_MS),
    to: time.format(SUNDAY_MS + hours.endMinute * MINUTE_MS),
    zone: hours.timeZone.replaceAll('_', ' '),
  });
}
