// Two stairs over the ratio of prices: user CALs and device CALs of the cheapest mix, with the ratio asked about marked.
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../../kit/i18n/use-formats.ts';
import { useWidth } from '../../use-width.ts';
import { ticksUpTo } from '../dashboard/ticks.ts';
import styles from './optimiser.module.css';
import type { SweepPoint } from './sweep.tsx';

const HEIGHT_PX = 240;
const LEFT_PX = 52;
const RIGHT_PX = 12;
const TOP_PX = 12;
const BOTTOM_PX = 40;
const LINES = ['user', 'device'] as const;
const RATIO_STEPS = [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 50, 100];

interface SweepChartProps {
  readonly points: readonly SweepPoint[];
  readonly asked: number | null;
}

export function SweepChart({ points, asked }: SweepChartProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const [box, width] = useWidth();
  const last = Math.max(points.at(-1)?.ratio ?? 1, asked ?? 0) * 1.2;
  const ticks = ticksUpTo(Math.max(...points.flatMap(({ user, device }) => [user, device])));
  const top = ticks.at(-1) ?? 1;
  const x = (ratio: number) => LEFT_PX + (ratio / last) * (width - LEFT_PX - RIGHT_PX);
  const y = (value: number) => TOP_PX + (1 - value / top) * (HEIGHT_PX - TOP_PX - BOTTOM_PX);
  const step = RATIO_STEPS.find((each) => last / each <= 6) ?? last / 5;
  const ratios = Array.from({ length: Math.floor(last / step) + 1 }, (_, index) => index * step);
  const stairs = (line: (typeof LINES)[number]) =>
    points
      .map((point, index) => {
        const from = index === 0 ? 0 : point.ratio;
        const to = points[index + 1]?.ratio ?? last;
        return `${index === 0 ? 'M' : 'L'}${x(from).toFixed(1)} ${y(point[line]).toFixed(1)}H${x(to).toFixed(1)}`;
      })
      .join('');
  return (
    <figure className={styles.figure}>
      <figcaption className={styles.legend}>
        {LINES.map((line) => (
          <span key={line} className={styles.key}>
            <svg width={26} height={10} aria-hidden="true">
              <path d="M1 5h24" className={styles.stair} data-line={line} />
            </svg>
            {t(`licenceTools.optimiser.cals.${line}`)}
          </span>
        ))}
      </figcaption>
      <div ref={box} dir="ltr">
        <svg
          role="img"
          aria-label={t('licenceTools.optimiser.sweepAlt', { count: points.length })}
          width={width}
          height={HEIGHT_PX}
          className={styles.chart}
        >
          {ticks.map((tick) => (
            <g key={tick}>
              <path className={styles.grid} d={`M${LEFT_PX} ${y(tick)}H${width - RIGHT_PX}`} />
              <text x={LEFT_PX - 8} y={y(tick) + 4} textAnchor="end" className={styles.text}>
                {formats.number(tick)}
              </text>
            </g>
          ))}
          {ratios.map((ratio) => (
            <text key={ratio} x={x(ratio)} y={HEIGHT_PX - 22} textAnchor="middle" className={styles.text}>
              {formats.number(ratio)}
            </text>
          ))}
          <text
            x={LEFT_PX + (width - LEFT_PX - RIGHT_PX) / 2}
            y={HEIGHT_PX - 5}
            textAnchor="middle"
            className={styles.text}
          >
            {t('licenceTools.optimiser.ratio')}
          </text>
          {asked !== null && (
            <path className={styles.asked} d={`M${x(asked)} ${TOP_PX}V${y(0)}`}>
              <title>{t('licenceTools.optimiser.asked')}</title>
            </path>
          )}
          {LINES.map((line) => (
            <path key={line} className={styles.stair} data-line={line} d={stairs(line)} />
          ))}
        </svg>
      </div>
    </figure>
  );
}
