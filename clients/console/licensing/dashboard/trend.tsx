// Owned, assigned and needed licences of one kind over the last months: a picture, and the same as a table.
import { Button, Select } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../../kit/i18n/use-formats.ts';
import parts from '../../parts.module.css';
import { licensingQuery } from '../licensing-api.ts';
import { Card } from '../page-body.tsx';
import { QueryState } from '../query-state.tsx';
import { bySku, skuName } from '../sku-name.ts';
import { LicenceTable } from '../table/licence-table.tsx';
import { useLicenceFormats } from '../use-licence-formats.ts';
import { TrendChart, type TrendPoint } from './trend-chart.tsx';

const DAYS = 90;
/** Rows of the table: one for each week. */
const EVERY_DAYS = 7;

export function Trend({ skus }: { readonly skus: readonly string[] }) {
  const { t } = useTranslation();
  const trend = useQuery(licensingQuery('trend', { days: DAYS }));
  const known = [...new Set([...(trend.data?.points.map((point) => point.sku) ?? []), ...skus])].sort(bySku);
  const [chosen, setChosen] = useState<string | null>(null);
  const [table, setTable] = useState(false);
  const sku = chosen ?? known[0] ?? '';
  return (
    <Card
      title={t('licences.dashboard.trend', { count: DAYS })}
      actions={
        <>
          {known.length > 1 && (
            <Select
              size="small"
              aria-label={t('licences.licence')}
              value={sku}
              onChange={(_, { value }) => setChosen(value)}
            >
              {known.map((id) => (
                <option key={id} value={id} lang="en">
                  {skuName(id)}
                </option>
              ))}
            </Select>
          )}
          <Button size="small" aria-pressed={table} onClick={() => setTable(!table)}>
            {table ? t('licences.dashboard.asChart') : t('licences.dashboard.asTable')}
          </Button>
        </>
      }
    >
      <QueryState query={trend}>
        {({ points }) => {
          const own = points.filter((point) => point.sku === sku).sort((a, b) => (a.day < b.day ? -1 : 1));
          if (own.length < 2) return <p className={parts.hint}>{t('licences.dashboard.noTrend')}</p>;
          return table ? <TrendTable points={own} /> : <TrendChart points={own} />;
        }}
      </QueryState>
    </Card>
  );
}

function TrendTable({ points }: { readonly points: readonly TrendPoint[] }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const days = useLicenceFormats();
  const rows = points.filter((_, index) => (points.length - 1 - index) % EVERY_DAYS === 0).reverse();
  const number = (key: 'owned' | 'assigned' | 'needed') => ({
    key,
    head: t(`licences.dashboard.${key}`),
    width: 'minmax(0, 1fr)',
    align: 'end' as const,
    cell: (point: TrendPoint) => formats.number(point[key]),
  });
  return (
    <LicenceTable
      label={t('licences.dashboard.trend', { count: DAYS })}
      rows={rows}
      rowKey={({ day }) => day}
      columns={[
        {
          key: 'day',
          head: t('licences.day'),
          width: 'minmax(0, 2fr)',
          cell: ({ day }) => <time dateTime={day}>{days.day(day)}</time>,
        },
        number('owned'),
        number('assigned'),
        number('needed'),
      ]}
    />
  );
}
