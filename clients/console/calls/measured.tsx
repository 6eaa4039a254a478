// What was measured in a call: for each leg the path and the device, and each stream as lines over time with their table.
import { useTranslation } from 'react-i18next';
import { isolated } from '../../kit/call-rules/step-text.ts';
import { useFormats } from '../../kit/i18n/use-formats.ts';
import parts from '../parts.module.css';
import { useTimes } from '../sip-trace/use-times.ts';
import styles from './call-page.module.css';
import { nameOf } from './call-words.ts';
import type { CallSide, QualityReport } from './calls-api.ts';
import { QualityChart } from './quality-chart.tsx';
import { LINES, rounded, type Stream, streamsIn } from './streams.ts';

interface MeasuredProps {
  readonly sides: readonly CallSide[];
  readonly reports: readonly QualityReport[];
}

export function Measured({ sides, reports }: MeasuredProps) {
  const { t } = useTranslation();
  const streams = streamsIn(reports);
  const groups = Map.groupBy(streams, ({ sideId, reporter }) => `${sideId} ${reporter}`);
  return (
    <section className={parts.stack} aria-label={t('callRecords.measured')}>
      {groups.size === 0 && <p className={`${parts.card} ${parts.hint}`}>{t('callRecords.notMeasured')}</p>}
      {[...groups].map(([key, ofLeg]) => (
        <Leg key={key} sides={sides} reports={reports} streams={ofLeg} />
      ))}
    </section>
  );
}

function Leg({ sides, reports, streams }: MeasuredProps & { readonly streams: readonly Stream[] }) {
  const { t } = useTranslation();
  const { sideId, reporter } = streams[0]!;
  const last = reports.findLast((report) => report.sideId === sideId && report.reporter === reporter);
  const userId = last?.userId ?? '';
  const { path, device } = last ?? {};
  return (
    <article className={parts.card}>
      <header className={parts.cardHead}>
        <h2 className={parts.heading}>
          <bdi>{nameOf(sides, userId)}</bdi>
          <span className={styles.by}> · {t(`callRecords.reporters.${reporter}`)}</span>
        </h2>
        <span className={parts.badges}>
          {device !== undefined && (
            <span className={parts.badge}>
              <bdi>{device}</bdi>
            </span>
          )}
          {path !== undefined && (
            <span className={parts.badge}>
              {t(`callRecords.path.${path.via}`, { transport: path.transport.toUpperCase() })}
            </span>
          )}
        </span>
      </header>
      {path?.local !== undefined && path.remote !== undefined && (
        <p className={parts.small}>
          {t('callRecords.addresses', { local: isolated(path.local), remote: isolated(path.remote) })}
        </p>
      )}
      {streams.map((stream) => (
        <StreamLines key={stream.key} stream={stream} />
      ))}
    </article>
  );
}

function StreamLines({ stream }: { readonly stream: Stream }) {
  const { t } = useTranslation();
  const { reporter, kind, way, codecs, points } = stream;
  const name = t('callRecords.stream', {
    kind: t(`callRecords.kinds.${kind}`),
    way: t(reporter === 'host' ? `callRecords.hostWays.${way}` : `callRecords.ways.${way}`),
  });
  const lines = LINES.filter((line) => points.some((point) => point[line] !== null));
  return (
    <section className={styles.stream} aria-label={name}>
      <h3 className={styles.streamName}>
        {name} <span className={styles.by}>{codecs.join(', ')}</span>
      </h3>
      <div className={styles.charts}>
        {lines.map((line) => (
          <QualityChart key={line} line={line} points={points} />
        ))}
      </div>
      <details className={styles.details}>
        <summary>{t('callRecords.asTable')}</summary>
        <PointTable name={name} stream={stream} />
      </details>
    </section>
  );
}

function PointTable({ name, stream: { points } }: { readonly name: string; readonly stream: Stream }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const times = useTimes();
  return (
    <div className={styles.tableBox}>
      <table className={styles.table} aria-label={name}>
        <thead>
          <tr>
            <th scope="col">{t('callRecords.time')}</th>
            {LINES.map((line) => (
              <th key={line} scope="col">
                {t(`callRecords.lines.${line}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {points.map((point) => (
            <tr key={point.at}>
              <th scope="row">{times.clock(point.at)}</th>
              {LINES.map((line) => {
                const value = point[line];
                return (
                  <td key={line}>
                    {value === null
                      ? '–'
                      : t(`callRecords.units.${line}`, { value: formats.number(rounded(value, line)) })}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
