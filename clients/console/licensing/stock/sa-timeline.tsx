// The terms of Software Assurance as bars over the years, with today marked. Each bar's dates stand above it in words.
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../../kit/i18n/use-formats.ts';
import { useNotices } from '../../../kit/widgets/notices.tsx';
import parts from '../../parts.module.css';
import { Badge } from '../badge.tsx';
import { daysUntil, today } from '../licence-formats.ts';
import { type SaTerm, type Stock, useAct } from '../licensing-api.ts';
import { useMay } from '../my-roles.ts';
import { ReasonButton } from '../reason-button.tsx';
import { SkuLabel } from '../sku-label.tsx';
import { skuName } from '../sku-name.ts';
import { useLicenceFormats } from '../use-licence-formats.ts';
import styles from './stock.module.css';

const SOON_DAYS = 90;
const LANE_PX = 12;

export function SaTimeline({ stock }: { readonly stock: Stock }) {
  const now = today(Date.now());
  const terms = [...stock.saTerms].sort((a, b) => (a.to < b.to ? -1 : 1));
  const firstYear = Number([now, ...terms.map(({ from }) => from)].sort()[0]?.slice(0, 4));
  const lastYear = Number([now, ...terms.map(({ to }) => to)].sort().at(-1)?.slice(0, 4));
  const start = `${firstYear}-01-01`;
  const whole = daysUntil(`${lastYear + 1}-01-01`, start);
  const at = (day: string) => (daysUntil(day, start) / whole) * 100;
  const every = Math.ceil((lastYear - firstYear + 1) / 6);
  const years = Array.from({ length: lastYear - firstYear + 1 }, (_, index) => firstYear + index).filter(
    (_, index) => index % every === 0,
  );
  return (
    <div>
      <div className={styles.axis} aria-hidden="true">
        {years.map((year) => (
          <span key={year} style={{ insetInlineStart: `${at(`${year}-01-01`)}%` }}>
            {year}
          </span>
        ))}
      </div>
      <ul className={styles.terms}>
        {terms.map((term) => (
          <Term key={term.saTermId} term={term} stock={stock} now={now} at={at} />
        ))}
      </ul>
    </div>
  );
}

interface TermProps {
  readonly term: SaTerm;
  readonly stock: Stock;
  readonly now: string;
  readonly at: (day: string) => number;
}

function Term({ term, stock, now, at }: TermProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const licences = useLicenceFormats();
  const act = useAct();
  const notices = useNotices();
  const manages = useMay('manager');
  const left = daysUntil(term.to, now);
  const state = left < 0 ? 'ended' : left <= SOON_DAYS ? 'soon' : 'runs';
  const agreement = stock.agreements.find(({ agreementId }) => agreementId === term.agreementId);
  const name = skuName(term.sku);

  async function remove(reason: string): Promise<void> {
    notices.outcome(await act('sa-remove', { saTermId: term.saTermId, reason }));
  }

  return (
    <li className={styles.term}>
      <div className={styles.termHead}>
        <span className={parts.itemText}>
          <span className={parts.strong}>
            {formats.number(term.quantity)} × <SkuLabel sku={term.sku} />
          </span>
          <span className={parts.small}>
            {t('licences.fromTo', { from: licences.day(term.from), to: licences.day(term.to) })}
            {agreement !== undefined && (
              <>
                {' · '}
                <bdi>{agreement.name}</bdi>
              </>
            )}
          </span>
        </span>
        <span className={parts.badges}>
          {state === 'ended' && <Badge>{t('licences.stock.saEnded')}</Badge>}
          {state === 'soon' && (
            <Badge tone="warn">{t('licences.endsIn', { count: left, day: licences.day(term.to) })}</Badge>
          )}
          {state === 'runs' && <Badge tone="good">{t('licences.stock.saRuns')}</Badge>}
          {manages && (
            <ReasonButton
              action={t('licences.remove')}
              label={t('licences.removeNamed', { name })}
              title={t('licences.removeTitle', { name: t('licences.stock.sa') })}
              text={t('licences.stock.removeSaText')}
              confirm={(reason) => void remove(reason)}
            />
          )}
        </span>
      </div>
      <svg className={styles.lane} width="100%" height={LANE_PX} aria-hidden="true">
        <rect className={styles.ground} width="100%" height={LANE_PX} rx={4} />
        <rect
          className={styles.span}
          data-state={state}
          x={`${at(term.from)}%`}
          width={`${Math.max(0.5, at(term.to) - at(term.from))}%`}
          height={LANE_PX}
          rx={4}
        />
        <line className={styles.today} x1={`${at(now)}%`} x2={`${at(now)}%`} y1={-3} y2={LANE_PX + 3} />
      </svg>
    </li>
  );
}
