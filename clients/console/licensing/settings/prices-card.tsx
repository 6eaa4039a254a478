// What a licence costs: what the optimiser and the reports reckon with.
import { Button, Field, Input, Select } from '@fluentui/react-components';
import { skuOf } from '@parley/services/licensing/rules/catalogue';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Fault } from '../../../kit/fault.ts';
import { FaultNotice } from '../../../kit/widgets/fault-notice.tsx';
import { useNotices } from '../../../kit/widgets/notices.tsx';
import parts from '../../parts.module.css';
import { minorUnits } from '../licence-formats.ts';
import { type Settings, useAct } from '../licensing-api.ts';
import { useMay } from '../my-roles.ts';
import { Card } from '../page-body.tsx';
import { SkuLabel } from '../sku-label.tsx';
import { assignable, skuName } from '../sku-name.ts';
import { SkuSelect } from '../sku-select.tsx';
import { useLicenceFormats } from '../use-licence-formats.ts';
import styles from './settings.module.css';

type Price = Settings['prices'][number];

const CURRENCIES = ['EUR', 'USD', 'GBP', 'CHF', 'DKK', 'SEK', 'NOK', 'PLN', 'CZK', 'JPY'];

export function PricesCard({ settings }: { readonly settings: Settings }) {
  const { t } = useTranslation();
  const licences = useLicenceFormats();
  const act = useAct();
  const notices = useNotices();
  const manages = useMay('manager');
  const [sku, setSku] = useState(assignable[0]?.id ?? '');
  const [metric, setMetric] = useState<Price['metric']>('user');
  const [packSize, setPackSize] = useState(1);
  const [typed, setTyped] = useState('');
  const [fault, setFault] = useState<Fault | null>(null);
  const { currency } = settings;
  const prices = [...settings.prices].sort(byKey);
  const packs = skuOf(sku)?.packSizes ?? [1];
  const pack = packs.includes(packSize) ? packSize : 1;
  const price = typed.trim() === '' ? null : minorUnits(typed, currency);
  const wrong = typed.trim() !== '' && price === null;

  async function keep(next: readonly Price[]): Promise<boolean> {
    const outcome = await act('settings-change', { prices: [...next] });
    setFault(outcome.ok ? null : outcome.fault);
    return outcome.ok;
  }

  async function add(): Promise<void> {
    if (price === null) return;
    const others = prices.filter((each) => keyOf(each) !== keyOf({ sku, metric, packSize: pack }));
    if (await keep([...others, { sku, metric, packSize: pack, price }])) setTyped('');
  }

  async function remove(gone: Price): Promise<void> {
    if (!(await keep(prices.filter((each) => each !== gone)))) return;
    notices.undoable(t('licences.settings.priceGone'), () => void keep(prices));
  }

  return (
    <Card title={t('licences.settings.prices')} hint={t('licences.settings.pricesHint')}>
      {fault !== null && <FaultNotice fault={fault} />}
      <ul className={parts.list}>
        {prices.map((each) => (
          <li key={keyOf(each)} className={parts.item}>
            <span className={parts.itemText}>
              <span className={parts.strong}>
                <SkuLabel sku={each.sku} />
              </span>
              <span className={parts.small}>
                {t(`licences.metrics.${each.metric}`)} ·{' '}
                {t('licences.settings.pack', { count: each.packSize })}
              </span>
            </span>
            <span className={parts.number}>{licences.money(each.price, currency)}</span>
            {manages && (
              <Button
                size="small"
                aria-label={t('licences.removeNamed', { name: skuName(each.sku) })}
                onClick={() => void remove(each)}
              >
                {t('licences.remove')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {prices.length === 0 && <p className={parts.hint}>{t('licences.settings.noPrices')}</p>}
      {manages && (
        <form
          className="parley-form"
          onSubmit={(event) => {
            event.preventDefault();
            void add();
          }}
        >
          <div className={styles.price}>
            <SkuSelect label={t('licences.licence')} skus={assignable} value={sku} change={setSku} />
            <Field label={t('licences.metric')}>
              <Select value={metric} onChange={(_, { value }) => setMetric(value as Price['metric'])}>
                <option value="user">{t('licences.metrics.user')}</option>
                <option value="device">{t('licences.metrics.device')}</option>
              </Select>
            </Field>
            <Field label={t('licences.settings.packSize')}>
              <Select value={String(pack)} onChange={(_, { value }) => setPackSize(Number(value))}>
                {packs.map((size) => (
                  <option key={size} value={size}>
                    {t('licences.settings.pack', { count: size })}
                  </option>
                ))}
              </Select>
            </Field>
            <Field
              label={t('licences.settings.packPrice', { currency })}
              {...(wrong ? { validationMessage: t('licences.stock.badPrice') } : {})}
            >
              <Input inputMode="decimal" value={typed} onChange={(_, { value }) => setTyped(value)} />
            </Field>
            <Button type="submit" disabledFocusable={price === null}>
              {t('licences.settings.setPrice')}
            </Button>
          </div>
          <Field label={t('licences.settings.currency')}>
            <Select
              value={currency}
              onChange={(_, { value }) =>
                void act('settings-change', { currency: value }).then(notices.outcome)
              }
            >
              {[...new Set([currency, ...CURRENCIES])].map((code) => (
                <option key={code} value={code} lang="en">
                  {code}
                </option>
              ))}
            </Select>
          </Field>
        </form>
      )}
    </Card>
  );
}

function keyOf({ sku, metric, packSize }: Omit<Price, 'price'>): string {
  return `${sku} ${metric} ${packSize}`;
}

function byKey(one: Price, other: Price): number {
  const [a, b] = [`${one.sku} ${one.metric}`, `${other.sku} ${other.metric}`];
  return a === b ? one.packSize - other.packSize : a < b ? -1 : 1;
}
