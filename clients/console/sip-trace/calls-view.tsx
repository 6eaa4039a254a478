// The list: calls, messages and registrations, the latest first, as they come.
// biome-ignore-all lint/a11y/useSemanticElements: a real table laid out as a grid loses its semantics
// biome-ignore-all lint/a11y/useFocusableInteractive: cells hold the controls, they are none themselves
import { Button, Field, Select, Skeleton, SkeletonItem } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../kit/i18n/use-formats.ts';
import { EmptyState } from '../../kit/widgets/empty-state.tsx';
import { FaultNotice } from '../../kit/widgets/fault-notice.tsx';
import { LadderIcon, ShieldIcon } from '../../kit/widgets/icons.tsx';
import { usePaused } from '../licensing/use-paused.ts';
import { Note } from '../note.tsx';
import { PageHeader } from '../page-header.tsx';
import parts from '../parts.module.css';
import { SearchField } from '../search-field.tsx';
import styles from '../table.module.css';
import own from './calls-view.module.css';
import { OpeningsDrawer } from './openings-drawer.tsx';
import { isChallenge, kindOf, toneOf } from './step-tone.ts';
import { callsQuery, type TraceCall } from './trace-api.ts';
import { useTimes } from './use-times.ts';

const METHODS = ['INVITE', 'MESSAGE', 'REGISTER', 'SUBSCRIBE', 'NOTIFY', 'PUBLISH', 'OPTIONS'] as const;
const OUTCOMES = ['2', '3', '4', '5', '6', '0'] as const;
const SHAPES = ['1', '2', '3', '4', '5', '6'];

export function CallsView() {
  const { t } = useTranslation();
  const formats = useFormats();
  const [typed, setTyped] = useState('');
  const [method, setMethod] = useState('');
  const [outcome, setOutcome] = useState('');
  const [live, setLive] = useState(true);
  const [isShowingOpenings, setShowingOpenings] = useState(false);
  const query = usePaused(typed.trim());
  const calls = useQuery(callsQuery({ query, method, outcome }, live));
  const cover = calls.data?.cover;
  const isOff = cover?.setting === 'off';
  const isNarrowed = query !== '' || method !== '' || outcome !== '';
  const about =
    cover === undefined || isOff
      ? ''
      : t('sipTrace.held', { count: cover.held, shown: formats.number(cover.held) });

  return (
    <>
      <PageHeader title={t('console.sipMessages')} about={about}>
        <Button icon={<ShieldIcon />} onClick={() => setShowingOpenings(true)}>
          {t('sipTrace.whoLooked')}
        </Button>
        <Button
          appearance={live ? 'primary' : 'secondary'}
          aria-pressed={live}
          onClick={() => setLive(!live)}
        >
          {t('sipTrace.live')}
        </Button>
      </PageHeader>
      <div className={parts.bar}>
        <SearchField label={t('sipTrace.search')} value={typed} onChange={setTyped} />
        <Field label={t('sipTrace.what')} className={own.choice}>
          <Select value={method} onChange={(_, { value }) => setMethod(value)}>
            <option value="">{t('sipTrace.everything')}</option>
            {METHODS.map((name) => (
              <option key={name} value={name}>
                {t(`sipTrace.kinds.${kindOf({ method: name })}`)} · {name}
              </option>
            ))}
          </Select>
        </Field>
        <Field label={t('sipTrace.outcome')} className={own.choice}>
          <Select value={outcome} onChange={(_, { value }) => setOutcome(value)}>
            <option value="">{t('sipTrace.everything')}</option>
            {OUTCOMES.map((name) => (
              <option key={name} value={name}>
                {t(`sipTrace.outcomes.${name}`)}
              </option>
            ))}
          </Select>
        </Field>
      </div>
      {calls.error !== null && (
        <div className={parts.fault}>
          <FaultNotice fault={calls.error.fault}>
            <Button size="small" onClick={() => void calls.refetch()}>
              {t('connection.tryNow')}
            </Button>
          </FaultNotice>
        </div>
      )}
      {cover !== undefined && cover.silent > 0 && (
        <div className={parts.fault}>
          <Note tone="warn">{t('sipTrace.silent', { count: cover.silent })}</Note>
        </div>
      )}
      {calls.isPending && <Shapes label={t('sipTrace.loading')} />}
      {calls.data?.calls.length === 0 && (
        <EmptyState
          picture={<LadderIcon size={30} />}
          title={t(isOff ? 'sipTrace.offTitle' : isNarrowed ? 'sipTrace.noneFits' : 'sipTrace.emptyTitle')}
          text={t(isOff ? 'sipTrace.offText' : isNarrowed ? 'sipTrace.noneFitsText' : 'sipTrace.emptyText')}
        />
      )}
      {calls.data !== undefined && calls.data.calls.length > 0 && (
        <CallTable calls={calls.data.calls} more={calls.data.more} />
      )}
      {isShowingOpenings && <OpeningsDrawer close={() => setShowingOpenings(false)} />}
    </>
  );
}

function Shapes({ label }: { readonly label: string }) {
  return (
    <Skeleton aria-label={label} className={own.shapes}>
      {SHAPES.map((shape) => (
        <SkeletonItem key={shape} size={48} />
      ))}
    </Skeleton>
  );
}

function CallTable({ calls, more }: { readonly calls: readonly TraceCall[]; readonly more: boolean }) {
  const { t } = useTranslation();
  return (
    <div className={styles.box} role="table" aria-label={t('console.sipMessages')}>
      <div role="rowgroup" className={styles.head}>
        <div role="row" className={`${styles.row} ${own.columns}`}>
          <span role="columnheader">{t('sipTrace.what')}</span>
          <span role="columnheader">{t('sipTrace.between')}</span>
          <span role="columnheader">{t('sipTrace.outcome')}</span>
          <span role="columnheader">{t('sipTrace.messages')}</span>
          <span role="columnheader">{t('sipTrace.when')}</span>
        </div>
      </div>
      <div role="rowgroup" className={styles.space}>
        {calls.map((call) => (
          <CallRow key={call.callId} call={call} />
        ))}
      </div>
      {more && <p className={own.more}>{t('sipTrace.more')}</p>}
    </div>
  );
}

function CallRow({ call }: { readonly call: TraceCall }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const times = useTimes();
  return (
    <div role="row" className={`${styles.row} ${own.columns} ${own.row}`}>
      <span role="cell" className={own.what}>
        <Link to="/sip-messages" search={{ call: call.callId }} className={styles.link}>
          {t(`sipTrace.kinds.${kindOf(call)}`)}
        </Link>
        <code dir="ltr" className={own.method}>
          {call.method}
        </code>
      </span>
      <span role="cell" className={own.between}>
        <bdi>{call.from}</bdi>
        {call.to !== call.from && (
          <span className={own.to}>
            <span className={`${own.arrow} parley-mirrored`} aria-hidden="true">
              →
            </span>
            <bdi>{call.to}</bdi>
          </span>
        )}
      </span>
      <span role="cell">
        <Outcome call={call} />
      </span>
      <span role="cell" className={own.count}>
        {formats.number(call.messages)}
      </span>
      <time className={own.when} role="cell" dateTime={new Date(call.endedAt).toISOString()}>
        {times.clock(call.endedAt)}
      </time>
    </div>
  );
}

function Outcome({ call: { status } }: { readonly call: TraceCall }) {
  const { t } = useTranslation();
  if (status === null) return <span className={own.open}>{t('sipTrace.noAnswer')}</span>;
  return (
    <span className={own.status} data-tone={toneOf(status)}>
      <code dir="ltr">{status}</code>
      <span>{t(isChallenge({ status }) ? 'sipTrace.asked' : `sipTrace.tones.${toneOf(status)}`)}</span>
    </span>
  );
}
