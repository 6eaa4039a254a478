// Records a term of Software Assurance.
import { Button, Field, Input } from '@fluentui/react-components';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Fault } from '../../../kit/fault.ts';
import { FaultNotice } from '../../../kit/widgets/fault-notice.tsx';
import parts from '../../parts.module.css';
import { SideDrawer } from '../../side-drawer.tsx';
import { today } from '../licence-formats.ts';
import { type Stock, useAct } from '../licensing-api.ts';
import { purchasable } from '../sku-name.ts';
import { SkuSelect } from '../sku-select.tsx';
import { AgreementSelect } from './agreement-select.tsx';

interface SaDrawerProps {
  readonly stock: Stock;
  readonly close: () => void;
}

export default function SaDrawer({ stock, close }: SaDrawerProps) {
  const { t } = useTranslation();
  const act = useAct();
  const [sku, setSku] = useState(stock.grants[0]?.sku ?? purchasable[0]?.id ?? '');
  const [quantity, setQuantity] = useState('');
  const [from, setFrom] = useState(() => today(Date.now()));
  const [to, setTo] = useState('');
  const [agreementId, setAgreementId] = useState('');
  const [fault, setFault] = useState<Fault | null>(null);
  const [busy, setBusy] = useState(false);
  const count = /^\d{1,9}$/.test(quantity) ? Number(quantity) : 0;
  const backwards = to !== '' && to < from;

  async function add(): Promise<void> {
    setBusy(true);
    const body = { sku, quantity: count, from, to, agreementId: agreementId === '' ? null : agreementId };
    const outcome = await act('sa-add', body);
    setBusy(false);
    setFault(outcome.ok ? null : outcome.fault);
    if (outcome.ok) close();
  }

  return (
    <SideDrawer title={t('licences.stock.add.assurance')} close={close}>
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
          <Field label={t('licences.quantity')} required className={parts.wide}>
            <Input
              type="number"
              min={1}
              step={1}
              value={quantity}
              onChange={(_, { value }) => setQuantity(value)}
            />
          </Field>
          <Field label={t('licences.from')} required>
            <Input type="date" value={from} onChange={(_, { value }) => setFrom(value)} />
          </Field>
          <Field
            label={t('licences.lastDay')}
            required
            {...(backwards ? { validationMessage: t('licences.backwards') } : {})}
          >
            <Input type="date" value={to} onChange={(_, { value }) => setTo(value)} />
          </Field>
          <AgreementSelect agreements={stock.agreements} value={agreementId} change={setAgreementId} />
        </div>
        <div className={parts.buttons}>
          <Button
            type="submit"
            appearance="primary"
            disabledFocusable={busy || count < 1 || from === '' || to === '' || backwards}
          >
            {t('licences.stock.add.assurance')}
          </Button>
          <Button onClick={close}>{t('actions.cancel')}</Button>
        </div>
      </form>
    </SideDrawer>
  );
}
