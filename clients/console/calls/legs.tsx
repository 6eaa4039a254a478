// The legs of a call: each person's part in it, with the device, how long, and how it ended for them.
import { useTranslation } from 'react-i18next';
import { isolated } from '../../kit/call-rules/step-text.ts';
import { type Column, LicenceTable } from '../licensing/table/licence-table.tsx';
import parts from '../parts.module.css';
import { clockOf, endOf, nameOf } from './call-words.ts';
import type { CallSide } from './calls-api.ts';

export function Legs({ sides }: { readonly sides: readonly CallSide[] }) {
  const { t } = useTranslation();
  const columns: readonly Column<CallSide>[] = [
    {
      key: 'person',
      head: t('callRecords.leg.person'),
      width: 'minmax(0, 3fr)',
      stacked: 'leading',
      cell: ({ userId, direction, via }) => (
        <span className={parts.itemText}>
          <bdi className={parts.strong}>{nameOf(sides, userId)}</bdi>
          <span className={parts.small}>
            {t(`callRecords.leg.${direction}`)}
            {via !== undefined &&
              `, ${t(`callRecords.leg.via.${via.kind}`, { name: isolated(via.by.name) })}`}
          </span>
        </span>
      ),
    },
    {
      key: 'device',
      head: t('callRecords.leg.device'),
      width: 'minmax(0, 3fr)',
      cell: ({ device }) =>
        device === null ? (
          t('callRecords.leg.noDevice')
        ) : (
          <span className={parts.itemText}>
            <span>{t(`callRecords.leg.${device.kind}`)}</span>
            <bdi className={parts.small}>{device.name}</bdi>
          </span>
        ),
    },
    {
      key: 'lasted',
      head: t('callRecords.leg.lasted'),
      width: '92px',
      cell: ({ answeredAt, endedAt }) => (
        <span className={parts.number}>
          {answeredAt === undefined ? '–' : clockOf((endedAt ?? Date.now()) - answeredAt)}
        </span>
      ),
    },
    {
      key: 'end',
      head: t('callRecords.leg.end'),
      width: 'minmax(0, 3fr)',
      cell: ({ end }) => (end === undefined ? t('callRecords.running') : endOf(end.reason, t)),
    },
  ];
  return (
    <LicenceTable
      label={t('callRecords.legs')}
      columns={columns}
      rows={sides}
      rowKey={({ sideId }) => sideId}
    />
  );
}
