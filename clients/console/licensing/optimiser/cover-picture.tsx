// People, or devices, by the licence of their own that they hold: now, and in the cheapest mix. The numbers stand beside it.
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../../kit/i18n/use-formats.ts';
import parts from '../../parts.module.css';
import styles from './optimiser.module.css';
import type { CalMetric, Cover } from './run.ts';

const SHARES = ['enterprise', 'standard', 'none'] as const;
const HEIGHT_PX = 26;

interface CoverPictureProps {
  readonly metric: CalMetric;
  readonly total: number;
  readonly before: Cover;
  readonly after: Cover;
}

export function CoverPicture({ metric, total, before, after }: CoverPictureProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const most = Math.max(1, total, sumOf(before), sumOf(after));
  return (
    <section className={styles.cover} aria-label={t(`licenceTools.optimiser.${metric}s`)}>
      <h3 className={styles.coverTitle}>
        {t(`licenceTools.optimiser.${metric}s`)}{' '}
        <span className={parts.small}>
          {t('licenceTools.optimiser.inWindow', { number: formats.number(total) })}
        </span>
      </h3>
      <CoverBar name={t('licenceTools.optimiser.now')} cover={before} total={total} most={most} />
      <CoverBar name={t('licenceTools.optimiser.then')} cover={after} total={total} most={most} />
    </section>
  );
}

interface CoverBarProps {
  readonly name: string;
  readonly cover: Cover;
  readonly total: number;
  readonly most: number;
}

function CoverBar({ name, cover, total, most }: CoverBarProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const hatch = useId();
  const counts = { ...cover, none: Math.max(0, total - sumOf(cover)) };
  const starts = {
    enterprise: 0,
    standard: counts.enterprise,
    none: counts.enterprise + counts.standard,
  };
  const share = (count: number) => `${(count / most) * 100}%`;
  return (
    <div className={styles.coverRow}>
      <span className={styles.coverName}>{name}</span>
      {/* From right to left the picture is mirrored as a whole. */}
      <svg
        className={`${styles.coverBar} parley-mirrored`}
        width="100%"
        height={HEIGHT_PX}
        aria-hidden="true"
      >
        <defs>
          <pattern
            id={hatch}
            width={6}
            height={6}
            patternUnits="userSpaceOnUse"
            patternTransform="rotate(45)"
          >
            <rect width={6} height={6} className={styles.hatchGround} />
            <path d="M0 0V6" className={styles.hatch} />
          </pattern>
        </defs>
        {SHARES.map((each) => (
          <rect
            key={each}
            x={share(starts[each])}
            width={share(counts[each])}
            height={HEIGHT_PX}
            className={styles.share}
            data-share={each}
            {...(each === 'standard' ? { fill: `url(#${hatch})` } : {})}
          />
        ))}
      </svg>
      <ul className={styles.legend}>
        {SHARES.map((each) => (
          <li key={each}>
            <svg width={14} height={14} aria-hidden="true">
              <rect
                width={14}
                height={14}
                rx={3}
                className={styles.share}
                data-share={each}
                {...(each === 'standard' ? { fill: `url(#${hatch})` } : {})}
              />
            </svg>
            {t(`licenceTools.optimiser.shares.${each}`)} <strong>{formats.number(counts[each])}</strong>
          </li>
        ))}
      </ul>
    </div>
  );
}

function sumOf({ standard, enterprise }: Cover): number {
  return standard + enterprise;
}
