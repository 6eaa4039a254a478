// The diagram: a lane for each who took part, a row for each message. Arrow keys walk through the rows, Enter opens one;
// where there is no room for lanes the rows tell who sends to whom.
import { type KeyboardEvent, type Ref, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { arrowOf, hasPause, isCrowded, laneAt, nodeNumber } from './diagram-layout.ts';
import styles from './sequence-diagram.module.css';
import { toneOf } from './step-tone.ts';
import type { Ladder, Step } from './trace-api.ts';
import { useTimes } from './use-times.ts';

interface SequenceDiagramProps {
  readonly ref: Ref<HTMLDivElement>;
  readonly ladder: Ladder;
  readonly widthPx: number;
  readonly chosen: string | undefined;
  readonly choose: (id: string) => void;
}

/** Room for the times at the side. */
const TIMES_PX = 64;

export function SequenceDiagram({ ref, ladder, widthPx, chosen, choose }: SequenceDiagramProps) {
  const { t } = useTranslation();
  const names = useNames(ladder);
  const [at, setAt] = useState(0);
  const { participants, steps } = ladder;
  const crowded = isCrowded(participants.length, widthPx - TIMES_PX);
  const current = Math.min(at, steps.length - 1);

  function walk(event: KeyboardEvent<HTMLElement>): void {
    const next = nextOf(event.key, current, steps.length);
    if (next === undefined) return;
    event.preventDefault();
    setAt(next);
    const rows = event.currentTarget.querySelectorAll<HTMLElement>('[data-step]');
    rows[next]?.focus();
    rows[next]?.scrollIntoView({ block: 'nearest' });
  }

  return (
    <div ref={ref} className={styles.diagram} data-crowded={crowded}>
      {!crowded && <LaneNames ladder={ladder} names={names} />}
      <ol className={styles.steps} aria-label={t('sipTrace.diagram')} onKeyDown={walk}>
        {steps.map((step, index) => (
          <Row
            key={step.id}
            ladder={ladder}
            names={names}
            step={step}
            crowded={crowded}
            isCurrent={index === current}
            isChosen={step.id === chosen}
            open={() => {
              setAt(index);
              choose(step.id);
            }}
          />
        ))}
      </ol>
    </div>
  );
}

function nextOf(key: string, current: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowDown':
      return Math.min(count - 1, current + 1);
    case 'ArrowUp':
      return Math.max(0, current - 1);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}

/** What each lane is called. */
function useNames({ participants }: Ladder): readonly string[] {
  const { t } = useTranslation();
  return participants.map(({ kind, name }, lane) => {
    if (kind === 'peer') return name;
    const number = nodeNumber(participants, lane);
    return number === undefined ? 'Parley' : t('sipTrace.server', { number });
  });
}

interface LaneNamesProps {
  readonly ladder: Ladder;
  readonly names: readonly string[];
}

function LaneNames({ ladder: { participants }, names }: LaneNamesProps) {
  return (
    <div className={styles.lanes} style={{ gridTemplateColumns: `repeat(${names.length}, minmax(0, 1fr))` }}>
      {participants.map(({ kind, agent, place, name }, lane) => (
        <div key={`${kind} ${place || name}`} className={styles.lane} data-kind={kind}>
          <bdi className={styles.laneName} title={names[lane]}>
            {names[lane]}
          </bdi>
          {agent !== '' && (
            <bdi className={styles.laneFact} title={agent} lang="">
              {agent}
            </bdi>
          )}
          {place !== '' && (
            <code className={styles.laneFact} dir="ltr" title={place}>
              {place}
            </code>
          )}
        </div>
      ))}
    </div>
  );
}

interface RowProps extends LaneNamesProps {
  readonly step: Step;
  readonly crowded: boolean;
  readonly isCurrent: boolean;
  readonly isChosen: boolean;
  readonly open: () => void;
}

function Row({ ladder, names, step, crowded, isCurrent, isChosen, open }: RowProps) {
  const { t } = useTranslation();
  const times = useTimes();
  const [from, to] = [names[step.source] ?? '', names[step.target] ?? ''];
  const again = step.repeats !== '';
  const start = ladder.steps[0]?.at ?? step.at;
  return (
    <li>
      {hasPause(step) && (
        <p className={styles.pause}>
          <span>{t('sipTrace.later', { span: times.span(step.gapMs) })}</span>
        </p>
      )}
      <button
        type="button"
        data-step={step.id}
        className={styles.step}
        data-tone={toneOf(step.status)}
        data-again={again}
        aria-pressed={isChosen}
        tabIndex={isCurrent ? 0 : -1}
        onClick={open}
      >
        <span className={styles.time}>{times.since(step.at - start)}</span>{' '}
        {crowded ? (
          <span className={styles.told}>
            <span className={styles.label} dir="ltr" lang="en">
              {step.label}
              {again && <span className={styles.again}> {t('sipTrace.again')}</span>}
            </span>
            <span className={styles.way} aria-hidden="true">
              <bdi>{from}</bdi>
              <span className="parley-mirrored">→</span>
              <bdi>{to}</bdi>
            </span>
          </span>
        ) : (
          <Drawn step={step} lanes={names.length} again={again ? t('sipTrace.again') : ''} />
        )}{' '}
        <span className="parley-hidden">{t('sipTrace.way', { from, to })}</span>
      </button>
    </li>
  );
}

interface DrawnProps {
  readonly step: Step;
  readonly lanes: number;
  readonly again: string;
}

function Drawn({ step, lanes, again }: DrawnProps) {
  const { from, to, labelStart, labelWidth, pointsToEnd } = arrowOf(step, lanes);
  return (
    <span className={styles.row}>
      <svg className={`${styles.svg} parley-mirrored`} aria-hidden="true">
        {Array.from({ length: lanes }, (_, lane) => `${laneAt(lane, lanes)}%`).map((x) => (
          <line key={x} x1={x} x2={x} y1="0" y2="100%" className={styles.life} />
        ))}
        <line x1={`${from}%`} x2={`${to}%`} y1="31" y2="31" className={styles.stroke} />
        <circle cx={`${from}%`} cy="31" r="2.5" className={styles.point} />
        <svg x={`${to}%`} y="31" overflow="visible" aria-hidden="true">
          <path d={pointsToEnd ? 'M-9-5 0 0-9 5Z' : 'M9-5 0 0 9 5Z'} className={styles.point} />
        </svg>
      </svg>
      <span
        className={styles.words}
        style={{ insetInlineStart: `${labelStart}%`, inlineSize: `${labelWidth}%` }}
      >
        <span className={styles.label} dir="ltr" lang="en" title={step.label}>
          {step.label}
        </span>
        {again !== '' && <span className={styles.again}> {again}</span>}
      </span>
    </span>
  );
}
