// One line for each licence: what is owned, assigned and needed, and what is too many or too few.
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../../kit/i18n/use-formats.ts';
import parts from '../../parts.module.css';
import type { Position, PositionLine } from '../licensing-api.ts';
import { RuleList } from '../rule-list.tsx';
import { SkuLabel } from '../sku-label.tsx';
import { bySku } from '../sku-name.ts';
import { LicenceTable } from '../table/licence-table.tsx';
import { useLicenceFormats } from '../use-licence-formats.ts';
import styles from './dashboard.module.css';

export function PositionTable({ position }: { readonly position: Position }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const licences = useLicenceFormats();
  if (position.lines.length === 0) return <p className={parts.hint}>{t('licences.dashboard.noLines')}</p>;
  const number = (key: 'owned' | 'assigned' | 'needed') => ({
    key,
    head: t(`licences.dashboard.${key}`),
    width: 'minmax(0, 2fr)',
    align: 'end' as const,
    // A server licence belongs to the organisation and is assigned to nobody.
    cell: (line: PositionLine) =>
      key === 'assigned' && !['user', 'device'].includes(line.metric) ? '–' : formats.number(line[key]),
  });
  return (
    <>
      <LicenceTable
        label={t('licences.dashboard.position')}
        rows={[...position.lines].sort(inOrder)}
        rowKey={({ sku, metric }) => `${sku} ${metric}`}
        columns={[
          {
            key: 'sku',
            head: t('licences.licence'),
            width: 'minmax(0, 5fr)',
            cell: ({ sku, metric }) => (
              <span className={parts.itemText}>
                <span className={parts.strong}>
                  <SkuLabel sku={sku} />
                </span>
                <span className={parts.small}>{t(`licences.metrics.${metric}`)}</span>
              </span>
            ),
          },
          number('owned'),
          number('assigned'),
          number('needed'),
          {
            key: 'difference',
            head: t('licences.dashboard.difference'),
            width: 'minmax(0, 3fr)',
            align: 'end',
            cell: ({ difference }) => (
              <span className={difference < 0 ? styles.few : difference > 0 ? styles.more : undefined}>
                <bdi>{licences.signed(difference)}</bdi> {difference < 0 && t('licences.dashboard.tooFew')}
                {difference > 0 && t('licences.dashboard.free')}
              </span>
            ),
          },
        ]}
      />
      <RuleList rules={[...new Set(position.lines.flatMap(({ rules }) => rules))]} />
    </>
  );
}

/** People before devices. */
function inOrder(one: PositionLine, other: PositionLine): number {
  return bySku(one.sku, other.sku) || (one.metric > other.metric ? -1 : 1);
}
