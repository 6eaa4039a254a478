// Purchases and what else came into the stock, newest first.
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../../kit/i18n/use-formats.ts';
import { useNotices } from '../../../kit/widgets/notices.tsx';
import parts from '../../parts.module.css';
import { Badge } from '../badge.tsx';
import { fileName } from '../file-name.ts';
import { type Grant, licensingQuery, type Stock, useAct } from '../licensing-api.ts';
import { useMay } from '../my-roles.ts';
import { Card } from '../page-body.tsx';
import { ReasonButton } from '../reason-button.tsx';
import { SkuLabel } from '../sku-label.tsx';
import { skuName } from '../sku-name.ts';
import { LicenceTable } from '../table/licence-table.tsx';
import { useLicenceFormats } from '../use-licence-formats.ts';

export function GrantTable({ stock }: { readonly stock: Stock }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const licences = useLicenceFormats();
  const manages = useMay('manager');
  const settings = useQuery(licensingQuery('settings', {}));
  const currency = settings.data?.currency ?? 'EUR';
  const names = new Map(stock.agreements.map(({ agreementId, name }) => [agreementId, name]));
  const rows = [...stock.grants].sort((a, b) => (a.from < b.from ? 1 : -1));
  return (
    <Card title={t('licences.stock.purchases')}>
      <LicenceTable
        label={t('licences.stock.purchases')}
        rows={rows}
        rowKey={({ grantId }) => grantId}
        columns={[
          {
            key: 'sku',
            head: t('licences.licence'),
            width: 'minmax(0, 5fr)',
            cell: ({ sku, metric, source }) => (
              <span className={parts.itemText}>
                <span className={parts.strong}>
                  <SkuLabel sku={sku} />
                </span>
                <span className={parts.small}>
                  {t(`licences.metrics.${metric}`)} · {t(`licences.sources.${source}`)}
                </span>
              </span>
            ),
          },
          {
            key: 'quantity',
            head: t('licences.quantity'),
            width: 'minmax(0, 2fr)',
            align: 'end',
            cell: ({ quantity }) => formats.number(quantity),
          },
          {
            key: 'price',
            head: t('licences.stock.unitPrice'),
            width: 'minmax(0, 2fr)',
            align: 'end',
            cell: ({ unitPrice }) => (unitPrice === null ? '–' : licences.money(unitPrice, currency)),
          },
          {
            key: 'from',
            head: t('licences.from'),
            width: 'minmax(0, 3fr)',
            cell: (grant) => <Term grant={grant} />,
          },
          {
            key: 'proof',
            head: t('licences.stock.proof'),
            width: 'minmax(0, 4fr)',
            cell: ({ proof, agreementId, source }) => (
              <span className={parts.itemText}>
                <bdi>
                  {proof === ''
                    ? t('licences.stock.noProof')
                    : source === 'licence-file'
                      ? fileName(proof)
                      : proof}
                </bdi>
                {agreementId !== null && (
                  <bdi className={parts.small}>{names.get(agreementId) ?? agreementId}</bdi>
                )}
              </span>
            ),
          },
          ...(manages
            ? [
                {
                  key: 'remove',
                  head: t('licences.remove'),
                  headHidden: true,
                  width: '92px',
                  align: 'end' as const,
                  cell: (grant: Grant) => <RemoveGrant grant={grant} />,
                },
              ]
            : []),
        ]}
      />
    </Card>
  );
}

function Term({ grant: { from, to } }: { readonly grant: Grant }) {
  const { t } = useTranslation();
  const licences = useLicenceFormats();
  return (
    <span className={parts.itemText}>
      <time dateTime={from}>{licences.day(from)}</time>
      {to !== null && <Badge tone="warn">{t('licences.until', { day: licences.day(to) })}</Badge>}
    </span>
  );
}

/** What a licence file granted goes with the file. */
function RemoveGrant({ grant }: { readonly grant: Grant }) {
  const { t } = useTranslation();
  const act = useAct();
  const notices = useNotices();
  if (grant.source === 'licence-file') return null;
  const name = skuName(grant.sku);

  async function remove(reason: string): Promise<void> {
    const outcome = await act('grant-remove', { grantId: grant.grantId, reason });
    if (notices.outcome(outcome)) notices.done(t('licences.stock.removed'));
  }

  return (
    <ReasonButton
      action={t('licences.remove')}
      label={t('licences.removeNamed', { name })}
      title={t('licences.stock.removeTitle', { count: grant.quantity, name })}
      text={t('licences.stock.removeText')}
      confirm={(reason) => void remove(reason)}
    />
  );
}
