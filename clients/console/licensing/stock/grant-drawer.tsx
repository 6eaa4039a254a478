// Records a purchase.
import { Button, Field, Input, Select } from '@fluentui/react-components';
import { skuOf } from '@parley/services/licensing/rules/catalogue';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Fault } from '../../../kit/fault.ts';
import { FaultNotice } from '../../../kit/widgets/fault-notice.tsx';
import { useNotices } from '../../../kit/widgets/notices.tsx';
import parts from '../../parts.module.css';
import { SideDrawer } from '../../side-drawer.tsx';
import { minorUnits, today } from '../licence-formats.ts';
import { type Grant, licensingQuery, type Stock, useAct } from '../licensing-api.ts';
import { purchasable, skuName } from '../sku-name.ts';
import { SkuSelect } from '../sku-select.tsx';
import { AgreementSelect } from './agreement-select.tsx';

const SOURCES = ['purchase', 'included', 'transition', 'suite', 'grandfather', 'true-up'] as const;

interface GrantDrawerProps {
  readonly stock: Stock;
  readonly close: () => void;
}

export default function GrantDrawer({ stock, close }: GrantDrawerProps) {
  const { t } = useTranslation();
  const act = useAct();
  const notices = useNotices();
  const settings = useQuery(licensingQuery('settings', {}));
  const currency = settings.data?.currency ?? 'EUR';
  const [sku, setSku] = useState(purchasable[0]?.id ?? '');
  const [metric, setMetric] = useState<Grant['metric']>('user');
  const [quantity, setQuantity] = useState('');
  const [price, setPrice] = useState('');
  const [from, setFrom] = useState(() => today(Date.now()));
  const [to, setTo] = useState('');
  const [proof, setProof] = useState('');
  const [source, setSource] = useState<Grant['source']>('purchase');
  const [agreementId, setAgreementId] = useState('');
  const [fault, setFault] = useState<Fault | null>(null);
  const [busy, setBusy] = useState(false);
  const metrics = skuOf(sku)?.metrics ?? [];
  const chosen = metrics.includes(metric) ? metric : (metrics[0] ?? 'user');
  const unitPrice = price.trim() === '' ? null : minorUnits(price, currency);
  const priceWrong = price.trim() !== '' && unitPrice === null;
  const count = /^\d{1,9}$/.test(quantity) ? Number(quantity) : 0;

  async function add(): Promise<void> {
    setBusy(true);
    const outcome = await act('grant-add', {
      sku,
      metric: chosen,
      quantity: count,
      source,
      from,
      to: to === '' ? null : to,
      agreementId: agreementId === '' ? null : agreementId,
      proof: proof.trim(),
      unitPrice,
    });
    setBusy(false);
    setFault(outcome.ok ? null : outcome.fault);
    if (!outcome.ok) return;
    notices.done(t('licences.stock.added', { count, name: skuName(sku) }));
    close();
  }

  return (
    <SideDrawer title={t('licences.stock.add.purchases')} close={close}>
      <form
        className="parley-form"
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        {fault !== null && <FaultNotice fault={fault} />}
        <div className={parts.form}>
          <SkuSelect
            label={t('licences.licence')}
            skus={purchasable}
            value={sku}
            change={setSku}
            className={parts.wide ?? ''}
          />
          <Field label={t('licences.metric')}>
            <Select
              value={chosen}
              disabled={metrics.length < 2}
              onChange={(_, { value }) => setMetric(value as Grant['metric'])}
            >
              {metrics.map((each) => (
                <option key={each} value={each}>
                  {t(`licences.metrics.${each}`)}
                </option>
              ))}
            </Select>
          </Field>
          <Field label={t('licences.quantity')} required>
            <Input
              type="number"
              min={1}
              max={100_000_000}
              step={1}
              value={quantity}
              onChange={(_, { value }) => setQuantity(value)}
            />
          </Field>
          <Field
            label={t('licences.stock.unitPriceIn', { currency })}
            {...(priceWrong ? { validationMessage: t('licences.stock.badPrice') } : {})}
          >
            <Input inputMode="decimal" value={price} onChange={(_, { value }) => setPrice(value)} />
          </Field>
          <Field label={t('licences.source')}>
            <Select value={source} onChange={(_, { value }) => setSource(value as Grant['source'])}>
              {SOURCES.map((each) => (
                <option key={each} value={each}>
                  {t(`licences.sources.${each}`)}
                </option>
              ))}
            </Select>
          </Field>
          <Field label={t('licences.from')} required>
            <Input type="date" value={from} onChange={(_, { value }) => setFrom(value)} />
          </Field>
          <Field label={t('licences.lastDay')} hint={t('licences.stock.lastDayHint')}>
            <Input type="date" value={to} onChange={(_, { value }) => setTo(value)} />
          </Field>
          <Field
            label={t('licences.stock.proof')}
            hint={t('licences.stock.proofHint')}
            className={parts.wide}
          >
            <Input maxLength={500} value={proof} onChange={(_, { value }) => setProof(value)} />
          </Field>
          <AgreementSelect agreements={stock.agreements} value={agreementId} change={setAgreementId} />
        </div>
        <div className={parts.buttons}>
          <Button
            type="submit"
            appearance="primary"
            disabledFocusable={busy || count < 1 || from === '' || priceWrong}
          >
            {t('licences.stock.add.purchases')}
          </Button>
          <Button onClick={close}>{t('actions.cancel')}</Button>
        </div>
      </form>
    </SideDrawer>
  );
}
