// The next hours of somebody's calendar as a strip, with the words of what is now.
import { useTranslation } from 'react-i18next';
import type { FreeBusy } from '../../kit/contracts.ts';
import { useFormats } from '../../kit/i18n/use-formats.ts';
import { useNow } from '../use-now.ts';
import { nowOn, stripOf } from './free-busy.ts';
import styles from './free-busy-strip.module.css';

export function FreeBusyStrip({ times }: { readonly times: readonly FreeBusy[] }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const nowMs = useNow(30_000);
  const strip = stripOf(times, nowMs);
  const { kind, until } = nowOn(strip, nowMs);
  const words =
    until === null ? t(`freeBusy.all.${kind}`) : t(`freeBusy.until.${kind}`, { time: formats.time(until) });
  const length = strip.end - strip.start;
  const place = (atMs: number) => `${(100 * (atMs - strip.start)) / length}%`;
  const told = strip.segments.map((segment) =>
    t('freeBusy.segment', {
      kind: t(`freeBusy.kinds.${segment.kind}`),
      from: formats.time(segment.start),
      to: formats.time(segment.end),
    }),
  );
  return (
    <div className={styles.freeBusy}>
      <p className={styles.words}>{words}</p>
      <div className={styles.strip} role="img" aria-label={[t('freeBusy.label'), ...told].join('; ')}>
        {strip.segments.map((segment) => (
          <span
            key={segment.start}
            className={styles.segment}
            data-kind={segment.kind}
            style={{
              insetInlineStart: place(segment.start),
              inlineSize: `${(100 * (segment.end - segment.start)) / length}%`,
            }}
          />
        ))}
        <span className={styles.now} style={{ insetInlineStart: place(nowMs) }} />
      </div>
      <div className={styles.hours} aria-hidden="true">
        <span>{formats.time(strip.start)}</span>
        <span>{formats.time((strip.start + strip.end) / 2)}</span>
        <span>{formats.time(strip.end)}</span>
      </div>
    </div>
  );
}
