// One line over the time of a call, with what is bad shaded. The table below it says the same.
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../kit/i18n/use-formats.ts';
import { ticksUpTo } from '../licensing/dashboard/ticks.ts';
import { useTimes } from '../sip-trace/use-times.ts';
import { useWidth } from '../use-width.ts';
import styles from './call-page.module.css';
import { type Line, type Point, rounded, worstOf } from './streams.ts';

const HEIGHT_PX = 96;
const LEFT_PX = 34;
const RIGHT_PX = 6;
const TOP_PX = 8;
const BOTTOM_PX = 18;
const MOS_TOP = 5;
/** Where it begins to be heard; below it for a score, above it for all else. */
const BAD: Readonly<Record<Line, number>> = { mos: 3.2, loss: 5, jitter: 60, trip: 400 };
/** A line that is nearly nothing looks like nothing. */
const LEAST_TOP: Readonly<Record<Line, number>> = { mos: MOS_TOP, loss: 5, jitter: 20, trip: 100 };

interface QualityChartProps {
  readonly line: Line;
  readonly points: readonly Point[];
}

export function QualityChart({ line, points }: QualityChartProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const times = useTimes();
  const [box, measuredPx] = useWidth();
  const widthPx = Math.max(120, measuredPx);
  const worst = worstOf(points, line) ?? 0;
  const ticks = line === 'mos' ? [1, 3, MOS_TOP] : ticksUpTo(Math.max(worst, LEAST_TOP[line]));
  const bottom = line === 'mos' ? 1 : 0;
  const top = ticks.at(-1) ?? 1;
  const [first, last] = [points[0]?.at ?? 0, points.at(-1)?.at ?? 0];
  const x = (at: number) =>
    LEFT_PX + (last === first ? 0.5 : (at - first) / (last - first)) * (widthPx - LEFT_PX - RIGHT_PX);
  const y = (value: number) =>
    TOP_PX + (1 - (Math.min(top, value) - bottom) / (top - bottom)) * (HEIGHT_PX - TOP_PX - BOTTOM_PX);
  const shown = t(`callRecords.units.${line}`, { value: formats.number(rounded(worst, line)) });
  const isBad = line === 'mos' ? worst < BAD[line] : worst >= BAD[line];
  const known = points.filter((point) => point[line] !== null);
  const bad = Math.min(top, BAD[line]);
  const [badTop, badEnd] = line === 'mos' ? [y(bad), y(bottom)] : [y(top), y(bad)];

  return (
    <figure className={styles.figure}>
      <figcaption className={styles.caption}>
        <span>{t(`callRecords.lines.${line}`)}</span>
        <strong data-bad={isBad}>{shown}</strong>
      </figcaption>
      <div ref={box} dir="ltr">
        <svg
          role="img"
          aria-label={t('callRecords.chart', { line: t(`callRecords.lines.${line}`), worst: shown })}
          width={widthPx}
          height={HEIGHT_PX}
          className={styles.chart}
        >
          {badEnd > badTop && (
            <rect
              className={styles.badArea}
              x={LEFT_PX}
              y={badTop}
              width={widthPx - LEFT_PX - RIGHT_PX}
              height={badEnd - badTop}
            />
          )}
          {ticks.map((tick) => (
            <g key={tick}>
              <path className={styles.grid} d={`M${LEFT_PX} ${y(tick)}H${widthPx - RIGHT_PX}`} />
              <text x={LEFT_PX - 6} y={y(tick) + 4} textAnchor="end" className={styles.tick}>
                {formats.number(tick)}
              </text>
            </g>
          ))}
          {first !== last &&
            [first, last].map((at, index) => (
              <text
                key={at}
                x={x(at)}
                y={HEIGHT_PX - 4}
                textAnchor={index === 0 ? 'start' : 'end'}
                className={styles.tick}
              >
                {times.clock(at)}
              </text>
            ))}
          <path
            className={styles.line}
            d={known
              .map(
                (point, index) =>
                  `${index === 0 ? 'M' : 'L'}${x(point.at).toFixed(1)} ${y(point[line]!).toFixed(1)}`,
              )
              .join('')}
          />
          {known.length < 40 &&
            known.map((point) => (
              <circle key={point.at} className={styles.dot} cx={x(point.at)} cy={y(point[line]!)} r={2.5} />
            ))}
        </svg>
      </div>
    </figure>
  );
}
