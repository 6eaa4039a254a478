// One call of one's own, afterwards: how long, on what, how it went, and what one's own rules did with it.
import { Spinner } from '@fluentui/react-components';
import type { HistoryEntry } from '@parley/services/calls/contract';
import type { OwnCall } from '@parley/services/quality/contract';
import { NOTHING_KNOWN, worseOf, worstOf } from '@parley/services/quality/rules/worst';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PlanSteps } from '../../kit/call-rules/plan-steps.tsx';
import { wordOf } from '../../kit/calls/quality-word.ts';
import type { Fault } from '../../kit/fault.ts';
import { loadCallRulesTexts } from '../../kit/i18n/call-rules-texts.ts';
import { useFormats } from '../../kit/i18n/use-formats.ts';
import { useLiveClient } from '../../kit/live/live-context.tsx';
import { FaultNotice } from '../../kit/widgets/fault-notice.tsx';
import { ReadingDialog } from '../../kit/widgets/reading-dialog.tsx';
import styles from './call-details.module.css';
import { duration } from './duration.ts';

await loadCallRulesTexts();

interface CallDetailsProps {
  readonly entry: HistoryEntry;
  readonly close: () => void;
}

export default function CallDetails({ entry, close }: CallDetailsProps) {
  const { t } = useTranslation();
  const client = useLiveClient();
  const { recordId, sideId, other } = entry;
  const [known, setKnown] = useState<OwnCall | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);

  useEffect(() => {
    let isGone = false;
    void client.command('call.explain', { recordId, sideId }).then((outcome) => {
      if (isGone) return;
      if (outcome.ok) setKnown(outcome.value);
      else setFault(outcome.fault);
    });
    return () => {
      isGone = true;
    };
  }, [client, recordId, sideId]);

  return (
    <ReadingDialog title={t('calls.details.title', { name: other.name })} close={close}>
      {fault !== null && <FaultNotice fault={fault} />}
      {known === null && fault === null && <Spinner label={t('calls.details.loading')} />}
      {known !== null && <Known entry={entry} known={known} />}
    </ReadingDialog>
  );
}

function Known({ entry, known }: { readonly entry: HistoryEntry; readonly known: OwnCall }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { side, steps, reports, stars } = known;
  const worst = reports.reduce((so, { streams }) => worseOf(so, worstOf(streams)), NOTHING_KNOWN);
  const word = wordOf({ worstMos: worst.mos, mostLost: worst.lost, stars: null });
  const percent = formats.number(Math.round((worst.lost ?? 0) * 1000) / 10);
  const isFromRules = side.direction === 'in' && side.via === undefined;
  return (
    <div className={styles.details}>
      <dl className={styles.facts}>
        <dt>{t('calls.details.begun')}</dt>
        <dd>
          <time>{formats.full(entry.startedAt)}</time>
        </dd>
        <dt>{t('calls.details.lasted')}</dt>
        <dd>
          <time>{duration(entry.durationMs)}</time>
        </dd>
        {side.device !== null && (
          <>
            <dt>{t('calls.details.device')}</dt>
            <dd>
              <bdi>{side.device.name}</bdi>
            </dd>
          </>
        )}
        <dt>{t('calls.details.end')}</dt>
        <dd>{t(`calls.ended.${entry.end}`, { name: entry.other.name })}</dd>
        {entry.durationMs > 0 && (
          <>
            <dt>{t('calls.details.quality')}</dt>
            <dd>
              {t(`calls.details.words.${word}`)}
              {word !== 'good' && (worst.lost ?? 0) > 0 && ` ${t('calls.details.loss', { percent })}`}
            </dd>
          </>
        )}
        {stars !== null && (
          <>
            <dt>{t('calls.details.stars')}</dt>
            <dd>{t('calls.rate.star', { count: stars })}</dd>
          </>
        )}
      </dl>
      {isFromRules && (
        <>
          <h3 className={styles.heading}>{t('calls.details.why')}</h3>
          {steps.some(({ matched }) => matched) ? (
            <PlanSteps steps={steps} />
          ) : (
            <p className={styles.quiet}>{t('calls.details.noWhy')}</p>
          )}
        </>
      )}
    </div>
  );
}
