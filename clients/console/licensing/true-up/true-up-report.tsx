// A line for each licence: what was owned, the highest use, what is to be ordered and what that costs.
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../../kit/i18n/use-formats.ts';
import { EmptyState } from '../../../kit/widgets/empty-state.tsx';
import { ClockIcon } from '../../../kit/widgets/icons.tsx';
import { Note } from '../../note.tsx';
import parts from '../../parts.module.css';
import { Badge } from '../badge.tsx';
import type { OperationReply, OperationRequest } from '../licensing-api.ts';
import { Card } from '../page-body.tsx';
import { RuleList } from '../rule-list.tsx';
import { SkuLabel } from '../sku-label.tsx';
import { type Column, LicenceTable } from '../table/licence-table.tsx';
import { useLicenceFormats } from '../use-licence-formats.ts';
import styles from './true-up.module.css';
import { periodDays, type TrueUpLine } from './true-up-rows.ts';

interface TrueUpReportProps {
  readonly report: OperationReply<'true-up'>;
  readonly form: OperationRequest<'true-up'>['form'];
  readonly currency: string;
}

export function TrueUpReport({ report: { lines, rules }, form, currency }: TrueUpReportProps) {
  const { t } = useTranslation();
  const licences = useLicenceFormats();
  const columns = useColumns(currency);
  if (lines.length === 0) {
    return (
      <EmptyState
        picture={<ClockIcon size={40} />}
        title={t('licenceTools.trueUp.emptyTitle')}
        text={t('licenceTools.trueUp.emptyText')}
      />
    );
  }
  const total = lines.reduce((sum, { cost }) => sum + cost, 0);
  const grown = lines.some(({ add }) => add > 0);
  return (
    <>
      {!grown && <Note>{t('licenceTools.trueUp.statement')}</Note>}
      {form === 'annual' && lines.some(({ add, cost }) => add > 0 && cost === 0) && (
        <Note tone="warn">{t('licenceTools.trueUp.unpriced')}</Note>
      )}
      <Card title={t(`licenceTools.trueUp.forms.${form}`)} hint={t(`licenceTools.trueUp.formHints.${form}`)}>
        <LicenceTable
          label={t('licenceNav.trueUp')}
          columns={columns}
          rows={lines}
          rowKey={({ sku }) => sku}
        />
        <p className={styles.total}>
          <span>{t('licenceTools.total')}</span>
          <strong>{licences.money(total, currency)}</strong>
        </p>
        <RuleList rules={rules} />
      </Card>
    </>
  );
}

function useColumns(currency: string): readonly Column<TrueUpLine>[] {
  const { t } = useTranslation();
  const formats = useFormats();
  const licences = useLicenceFormats();
  return [
    {
      key: 'sku',
      head: t('licences.licence'),
      width: 'minmax(0, 4fr)',
      cell: ({ sku }) => (
        <span className={parts.strong}>
          <SkuLabel sku={sku} />
        </span>
      ),
    },
    {
      key: 'owned',
      head: t('licences.dashboard.owned'),
      width: 'minmax(0, 1fr)',
      align: 'end',
      cell: ({ owned }) => formats.number(owned),
    },
    {
      key: 'peak',
      head: t('licenceTools.trueUp.peak'),
      width: 'minmax(0, 4fr)',
      align: 'end',
      cell: ({ peaks, charges }) => (
        <span className={styles.peaks}>
          {peaks.map(({ period, peak }, index) => {
            const days = periodDays(period);
            return (
              <span key={period}>
                <span className={parts.small}>
                  {days === undefined
                    ? period
                    : t('licences.fromTo', { from: licences.day(days[0]), to: licences.day(days[1]) })}
                </span>{' '}
                {formats.number(peak)}
                {peaks.length > 1 && (charges[index] ?? 0) > 0 && (
                  <span className={parts.small}> · {licences.money(charges[index] ?? 0, currency)}</span>
                )}
              </span>
            );
          })}
        </span>
      ),
    },
    {
      key: 'add',
      head: t('licenceTools.trueUp.add'),
      width: 'minmax(0, 2fr)',
      align: 'end',
      cell: ({ add }) =>
        add === 0 ? (
          <Badge tone="good">{t('licenceTools.trueUp.nothing')}</Badge>
        ) : (
          <strong>{formats.number(add)}</strong>
        ),
    },
    {
      key: 'cost',
      head: t('licenceTools.price'),
      width: 'minmax(0, 2fr)',
      align: 'end',
      cell: ({ cost }) => licences.money(cost, currency),
    },
  ];
}
