// One call of the books: who was in it and when, why it went there, the telephones' messages, and what was measured.
import { Button, Spinner } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { PlanSteps } from '../../kit/call-rules/plan-steps.tsx';
import { isolated } from '../../kit/call-rules/step-text.ts';
import { useFormats } from '../../kit/i18n/use-formats.ts';
import { EmptyState } from '../../kit/widgets/empty-state.tsx';
import { FaultNotice } from '../../kit/widgets/fault-notice.tsx';
import { BackIcon, PhoneIcon } from '../../kit/widgets/icons.tsx';
import page from '../page.module.css';
import { PageHeader } from '../page-header.tsx';
import parts from '../parts.module.css';
import styles from './call-page.module.css';
import { callDuration, nameOf, peopleOf } from './call-words.ts';
import { callQuery, type ShownCall } from './calls-api.ts';
import { Legs } from './legs.tsx';
import { Measured } from './measured.tsx';
import { QualityBadge } from './quality-badge.tsx';
import { streamsIn, worstOf } from './streams.ts';

interface CallPageProps {
  readonly recordId: string;
  readonly close: () => void;
}

export function CallPage({ recordId, close }: CallPageProps) {
  const { t } = useTranslation();
  const shown = useQuery(callQuery(recordId));
  const body = useRef<HTMLElement>(null);
  // The link that led here is gone.
  useEffect(() => body.current?.focus(), []);
  const title = shown.data === undefined ? t('callRecords.title') : peopleOf(shown.data.record.sides, t);
  return (
    <>
      <PageHeader title={title}>
        <Button icon={<BackIcon />} onClick={close}>
          {t('callRecords.back')}
        </Button>
      </PageHeader>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region has to be reachable by keyboard */}
      <section ref={body} className={page.body} tabIndex={0} aria-label={title}>
        {shown.isPending && <Spinner aria-label={t('callRecords.loading')} />}
        {shown.error !== null &&
          (shown.error.fault.code === 'CALL_NO_RECORD' ? (
            <EmptyState
              picture={<PhoneIcon size={30} />}
              title={t('callRecords.goneTitle')}
              text={t('callRecords.goneText')}
            />
          ) : (
            <FaultNotice fault={shown.error.fault} />
          ))}
        {shown.data !== undefined && <Shown call={shown.data} />}
      </section>
    </>
  );
}

function Shown({ call }: { readonly call: ShownCall }) {
  const { t } = useTranslation();
  const { record, steps, callIds, reports, ratings } = call;
  return (
    <div className={parts.stack}>
      <Facts call={call} />
      <section className={parts.card} aria-labelledby="call-legs">
        <h2 id="call-legs" className={parts.heading}>
          {t('callRecords.legs')}
        </h2>
        <Legs sides={record.sides} />
      </section>
      <section className={parts.card} aria-labelledby="call-why">
        <h2 id="call-why" className={parts.heading}>
          {t('callRecords.why')}
        </h2>
        {steps.some(({ matched }) => matched) ? (
          <Why sides={record.sides} steps={steps} />
        ) : (
          <p className={parts.hint}>{t('callRecords.noWhy')}</p>
        )}
      </section>
      <Measured sides={record.sides} reports={reports} />
      {ratings.length > 0 && (
        <section className={parts.card} aria-labelledby="call-ratings">
          <h2 id="call-ratings" className={parts.heading}>
            {t('callRecords.ratings')}
          </h2>
          <ul className={parts.list}>
            {ratings.map(({ userId, stars, words }) => (
              <li key={userId} className={parts.itemText}>
                <span className={parts.strong}>
                  {t('callRecords.rated', {
                    name: nameOf(record.sides, userId),
                    stars: t('callRecords.stars', { count: stars }),
                  })}
                </span>
                {words !== undefined && <bdi>{words}</bdi>}
              </li>
            ))}
          </ul>
        </section>
      )}
      <section className={parts.card} aria-labelledby="call-ladders">
        <h2 id="call-ladders" className={parts.heading}>
          {t('callRecords.ladders')}
        </h2>
        {callIds.length === 0 && <p className={parts.hint}>{t('callRecords.noLadders')}</p>}
        <ul className={parts.list}>
          {callIds.map((callId) => (
            <li key={callId} className={styles.ladder}>
              <Link to="/sip-messages" search={{ call: callId }}>
                {t('callRecords.ladder')} <code dir="ltr">{callId}</code>
              </Link>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}

/** A call that was handed on went through the rules of several people. */
function Why({
  sides,
  steps,
}: {
  readonly sides: ShownCall['record']['sides'];
  readonly steps: ShownCall['steps'];
}) {
  const { t } = useTranslation();
  const owners = Map.groupBy(steps, ({ userId = '' }) => userId);
  return [...owners].map(([userId, own]) => {
    const name = nameOf(sides, userId);
    return (
      <div key={userId}>
        {name !== '' && <p className={parts.hint}>{t('callRecords.rulesOf', { name: isolated(name) })}</p>}
        <PlanSteps steps={own} />
      </div>
    );
  });
}

function Facts({ call: { record, reports, ratings } }: { readonly call: ShownCall }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const sound = streamsIn(reports).filter(({ kind }) => kind === 'audio');
  const points = sound.flatMap((stream) => stream.points);
  const loss = worstOf(points, 'loss');
  const measured = {
    worstMos: worstOf(points, 'mos'),
    mostLost: loss === null ? null : loss / 100,
    stars: ratings.length === 0 ? null : Math.min(...ratings.map(({ stars }) => stars)),
  };
  const { startedAt, answeredAt, endedAt } = record;
  return (
    <dl className={`${parts.card} ${parts.facts}`}>
      <dt>{t('callRecords.facts.begun')}</dt>
      <dd>
        <time dateTime={new Date(startedAt).toISOString()}>{formats.full(startedAt)}</time>
      </dd>
      <dt>{t('callRecords.facts.answered')}</dt>
      <dd>{answeredAt === null ? t('callRecords.notAnswered') : formats.time(answeredAt)}</dd>
      <dt>{t('callRecords.facts.ended')}</dt>
      <dd>{endedAt === null ? t('callRecords.running') : formats.time(endedAt)}</dd>
      <dt>{t('callRecords.facts.lasted')}</dt>
      <dd className={parts.number}>{callDuration(record)}</dd>
      <dt>{t('callRecords.quality')}</dt>
      <dd>
        <QualityBadge measured={measured} />
      </dd>
    </dl>
  );
}
