// How the cheapest mix changes with the price of a device CAL against that of a user CAL: a picture, and the same as a table.
import { Button } from '@fluentui/react-components';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../../kit/i18n/use-formats.ts';
import { Card } from '../page-body.tsx';
import { LicenceTable } from '../table/licence-table.tsx';
import { kindsAsked, type RunOptions, type RunResult } from './run.ts';
import { SweepChart } from './sweep-chart.tsx';

interface SweepProps {
  readonly result: RunResult;
  readonly options: RunOptions;
}

export function Sweep({ result: { sweep }, options }: SweepProps) {
  const { t } = useTranslation();
  const [table, setTable] = useState(false);
  const kind = kindsAsked(options.level)[0] ?? 'standard';
  const { user, device } = options.prices;
  const asked = user[kind] === 0 ? null : device[kind] / user[kind];
  if (sweep.length < 2) return null;
  return (
    <Card
      title={t('licenceTools.optimiser.sweep')}
      hint={t('licenceTools.optimiser.sweepHint')}
      actions={
        <Button size="small" aria-pressed={table} onClick={() => setTable(!table)}>
          {table ? t('licences.dashboard.asChart') : t('licences.dashboard.asTable')}
        </Button>
      }
    >
      {table ? <SweepTable points={sweep} /> : <SweepChart points={sweep} asked={asked} />}
    </Card>
  );
}

export type SweepPoint = RunResult['sweep'][number];

function SweepTable({ points }: { readonly points: readonly SweepPoint[] }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const number = (key: 'user' | 'device') => ({
    key,
    head: t(`licenceTools.optimiser.cals.${key}`),
    width: 'minmax(0, 1fr)',
    align: 'end' as const,
    cell: (point: SweepPoint) => formats.number(point[key]),
  });
  return (
    <LicenceTable
      label={t('licenceTools.optimiser.sweep')}
      rows={points}
      rowKey={({ ratio }) => String(ratio)}
      columns={[
        {
          key: 'ratio',
          head: t('licenceTools.optimiser.ratioFrom'),
          width: 'minmax(0, 2fr)',
          cell: ({ ratio }) => formats.number(Math.round(ratio * 1000) / 1000),
        },
        number('user'),
        number('device'),
      ]}
    />
  );
}
