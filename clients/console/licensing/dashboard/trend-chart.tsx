// Three lines over time as a picture: each has its own colour, stroke and name. The table beside it says the same.
import { type PointerEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../../kit/i18n/use-formats.ts';
import type { OperationReply } from '../licensing-api.ts';
import { skuName } from '../sku-name.ts';
import { useLicenceFormats } from '../use-licence-formats.ts';
import { ticksUpTo } from './ticks.ts';
import styles from './trend-chart.module.css';

export type TrendPoint = OperationReply<'trend'>['points'][number];

const LINES = ['owned', 'assigned', 'needed'] as const;
const HEIGHT_PX = 220;
const LEFT_PX = 44;
const RIGHT_PX = 8;
const TOP_PX = 10;
const BOTTOM_PX = 26;

export function TrendChart({ points }: { readonly points: readonly TrendPoint[] }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const days = useLicenceFormats();
  const [box, width] = useWidth();
  const [pointed, setPointed] = useState<number | null>(null);
  const ticks = ticksUpTo(Math.max(...points.flatMap((point) => LINES.map((line) => point[line]))));
  const top = ticks.at(-1) ?? 1;
  const x = (index: number) => LEFT_PX + (index / (points.length - 1)) * (width - LEFT_PX - RIGHT_PX);
  const y = (value: number) => TOP_PX + (1 - value / top) * (HEIGHT_PX - TOP_PX - BOTTOM_PX);
  const shown = points[pointed ?? points.length - 1] as TrendPoint;
  const first = points[0] as TrendPoint;

  function point(event: PointerEvent<SVGSVGElement>): void {
    const { left } = event.currentTarget.getBoundingClientRect();
    const share = (event.clientX - left - LEFT_PX) / (width - LEFT_PX - RIGHT_PX);
    setPointed(Math.round(Math.min(1, Math.max(0, share)) * (points.length - 1)));
  }

  return (
    <figure className={styles.figure}>
      <figcaption className={styles.legend}>
        <time dateTime={shown.day} className={styles.day}>
          {days.day(shown.day)}
        </time>
        {LINES.map((line) => (
          <span key={line} className={styles.key}>
            <svg width={26} height={10} aria-hidden="true">
              <path d="M1 5h24" className={styles.line} data-line={line} />
            </svg>
            {t(`licences.dashboard.${line}`)}
            <strong>{formats.number(shown[line])}</strong>
          </span>
        ))}
      </figcaption>
      <div ref={box} dir="ltr">
        <svg
          role="img"
          aria-label={t('licences.dashboard.trendOf', {
            name: skuName(shown.sku),
            from: days.day(first.day),
            to: days.day((points.at(-1) as TrendPoint).day),
          })}
          width={width}
          height={HEIGHT_PX}
          className={styles.chart}
          onPointerMove={point}
          onPointerLeave={() => setPointed(null)}
        >
          {ticks.map((tick) => (
            <g key={tick}>
              <path className={styles.grid} d={`M${LEFT_PX} ${y(tick)}H${width - RIGHT_PX}`} />
              <text x={LEFT_PX - 8} y={y(tick) + 4} textAnchor="end" className={styles.text}>
                {formats.number(tick)}
              </text>
            </g>
          ))}
          {[0, points.length - 1].map((index) => (
            <text
              key={index}
              x={x(index)}
              y={HEIGHT_PX - 6}
              textAnchor={index === 0 ? 'start' : 'end'}
              className={styles.text}
            >
              {days.day(points[index]?.day ?? first.day)}
            </text>
          ))}
          {pointed !== null && <path className={styles.pointer} d={`M${x(pointed)} ${TOP_PX}V${y(0)}`} />}
          {LINES.map((line) => (
            <path
              key={line}
              className={styles.line}
              data-line={line}
              d={points
                .map(
                  (each, index) =>
                    `${index === 0 ? 'M' : 'L'}${x(index).toFixed(1)} ${y(each[line]).toFixed(1)}`,
                )
                .join('')}
            />
          ))}
        </svg>
      </div>
    </figure>
  );
}

/** How wide the box is, as it changes. */
function useWidth() {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(300);
  useEffect(() => {
    const { current } = box;
    if (current === null) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setWidth(Math.max(200, Math.floor(entry.contentRect.width)));
    });
    observer.observe(current);
    return () => observer.disconnect();
  }, []);
  return [box, width] as const;
}
