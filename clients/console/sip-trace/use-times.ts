// Moments to the thousandth of a second, and spans between them, in the reader's language.
import { useMemo } from 'react';
import { useFormats } from '../../kit/i18n/use-formats.ts';

export function useTimes() {
  const { locale } = useFormats();
  return useMemo(() => {
    const clock = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit', second: '2-digit' });
    const exact = new Intl.DateTimeFormat(locale, {
      hour: 'numeric',
      minute: '2-digit',
      second: '2-digit',
      fractionalSecondDigits: 3,
    });
    const full = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' });
    const seconds = new Intl.NumberFormat(locale, {
      style: 'unit',
      unit: 'second',
      minimumFractionDigits: 1,
      maximumFractionDigits: 1,
    });
    const exactSeconds = new Intl.NumberFormat(locale, {
      minimumFractionDigits: 3,
      maximumFractionDigits: 3,
    });
    const milliseconds = new Intl.NumberFormat(locale, {
      style: 'unit',
      unit: 'millisecond',
      maximumFractionDigits: 0,
    });
    return {
      clock: (at: number) => clock.format(at),
      exact: (at: number) => exact.format(at),
      full: (at: number) => full.format(at),
      /** `0.104`, since the first message. */
      since: (ms: number) => exactSeconds.format(ms / 1000),
      span: (ms: number) => (ms < 1_000 ? milliseconds.format(ms) : seconds.format(ms / 1000)),
    };
  }, [locale]);
}
