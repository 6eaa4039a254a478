// How the installation is: one sentence, a few numbers, and every part by name.
import { Button, Skeleton, SkeletonItem } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../kit/i18n/use-formats.ts';
import { FaultNotice } from '../../kit/widgets/fault-notice.tsx';
import { CheckIcon, RetryIcon, WarningIcon } from '../../kit/widgets/icons.tsx';
import { type HealthReport, healthQuery } from '../admin-api.ts';
import page from '../page.module.css';
import { PageHeader } from '../page-header.tsx';
import { durationParts } from './duration.ts';
import styles from './health-page.module.css';

/** A part that takes longer than this to answer is worth a word. */
const SLOW_MS = 1000;

export default function HealthPage() {
  const { t } = useTranslation();
  const formats = useFormats();
  const health = useQuery(healthQuery);
  const about =
    health.data === undefined ? '' : t('health.checked', { time: formats.time(health.data.checkedAt) });
  return (
    <>
      <PageHeader title={t('health.title')} about={about}>
        <Button icon={<RetryIcon />} onClick={() => void health.refetch()}>
          {t('actions.refresh')}
        </Button>
      </PageHeader>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region has to be reachable by keyboard */}
      <section className={page.body} tabIndex={0} aria-label={t('health.title')}>
        {health.error !== null && <FaultNotice fault={health.error.fault} />}
        {health.isPending && (
          <Skeleton aria-label={t('health.loading')} className={styles.skeleton}>
            <SkeletonItem size={64} />
            <SkeletonItem size={64} />
            <SkeletonItem size={64} />
          </Skeleton>
        )}
        {health.data !== undefined && <Report report={health.data} />}
      </section>
    </>
  );
}

function Report({ report }: { readonly report: HealthReport }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const bad = report.parts.filter(({ ok }) => !ok).length;
  const { unit, count } = durationParts(report.checkedAt - report.startedAt);
  const megabytes = Math.round(report.memoryBytes / 1024 / 1024);
  return (
    <>
      <p className={styles.verdict} data-ok={report.ok}>
        {report.ok ? <CheckIcon size={22} /> : <WarningIcon size={22} />}
        {report.ok ? t('health.good') : t('health.bad', { count: bad })}
      </p>
      <dl className={styles.tiles}>
        <Tile name={t('health.users')} value={formats.number(report.users)} />
        <Tile name={t('signIns.title')} value={formats.number(report.signIns)} />
        <Tile name={t('health.upFor')} value={t(`health.${unit}`, { count })} />
        <Tile name={t('health.memory')} value={`${formats.number(megabytes)} MB`} />
      </dl>
      <section className={styles.card}>
        <h2 className={styles.heading}>{t('health.parts')}</h2>
        <ul>
          {report.parts.map(({ name, ok, sentence, answerMs }) => (
            <li key={name} className={styles.part} data-ok={ok}>
              <span className={styles.sign}>{ok ? <CheckIcon size={16} /> : <WarningIcon size={16} />}</span>
              {/* As the log and the settings name it. */}
              <span className={styles.name} lang="en">
                {name}
              </span>
              <span className={styles.sentence}>
                {ok ? t(answerMs < SLOW_MS ? 'health.answers' : 'health.slow') : sentence}
              </span>
              <span className={styles.answer}>
                {ok && answerMs > 0 ? `${formats.number(answerMs)} ms` : ''}
              </span>
            </li>
          ))}
        </ul>
      </section>
      <section className={styles.card}>
        <h2 className={styles.heading}>{t('health.installation')}</h2>
        <dl className={styles.facts}>
          <dt>{t('health.version')}</dt>
          <dd>{report.version}</dd>
          <dt>{t('health.domain')}</dt>
          <dd>{report.domain}</dd>
          <dt>{t('health.hostName')}</dt>
          <dd>{report.hostName}</dd>
          <dt>{t('health.node')}</dt>
          <dd>{report.nodeId}</dd>
          <dt>{t('health.started')}</dt>
          <dd>{formats.full(report.startedAt)}</dd>
        </dl>
      </section>
    </>
  );
}

function Tile({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div className={styles.tile}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
