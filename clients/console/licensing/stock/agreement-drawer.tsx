// Records an agreement, or changes one.
import { Button, Field, Input } from '@fluentui/react-components';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Fault } from '../../../kit/fault.ts';
import { FaultNotice } from '../../../kit/widgets/fault-notice.tsx';
import { useNotices } from '../../../kit/widgets/notices.tsx';
import parts from '../../parts.module.css';
import { SideDrawer } from '../../side-drawer.tsx';
import { today } from '../licence-formats.ts';
import { type Agreement, useAct } from '../licensing-api.ts';

interface AgreementDrawerProps {
  readonly agreement?: Agreement;
  readonly close: () => void;
}

export default function AgreementDrawer({ agreement, close }: AgreementDrawerProps) {
  const { t } = useTranslation();
  const act = useAct();
  const notices = useNotices();
  const [value, setValue] = useState(() => ({
    name: agreement?.name ?? '',
    customer: agreement?.customer ?? '',
    program: agreement?.program ?? '',
    from: agreement?.from ?? today(Date.now()),
    to: agreement?.to ?? '',
  }));
  const [fault, setFault] = useState<Fault | null>(null);
  const [busy, setBusy] = useState(false);
  const field = (name: keyof typeof value) => ({
    value: value[name],
    onChange: (_: unknown, data: { value: string }) => setValue({ ...value, [name]: data.value }),
  });
  const title = agreement === undefined ? t('licences.stock.add.agreements') : agreement.name;

  async function save(): Promise<void> {
    setBusy(true);
    const outcome = await act('agreement-put', {
      ...(agreement === undefined ? {} : { agreementId: agreement.agreementId }),
      ...value,
      name: value.name.trim(),
      to: value.to === '' ? null : value.to,
    });
    setBusy(false);
    setFault(outcome.ok ? null : outcome.fault);
    if (!outcome.ok) return;
    notices.done(t('users.saved'));
    close();
  }

  return (
    <SideDrawer title={title} close={close}>
      <form
        className="parley-form"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        {fault !== null && <FaultNotice fault={fault} />}
        <div className={parts.form}>
          <Field label={t('users.name')} required className={parts.wide}>
            <Input maxLength={200} {...field('name')} />
          </Field>
          <Field label={t('licences.stock.program')}>
            <Input maxLength={500} {...field('program')} />
          </Field>
          <Field label={t('licences.stock.customer')}>
            <Input maxLength={500} {...field('customer')} />
          </Field>
          <Field label={t('licences.from')} required>
            <Input type="date" {...field('from')} />
          </Field>
          <Field label={t('licences.lastDay')}>
            <Input type="date" {...field('to')} />
          </Field>
        </div>
        <div className={parts.buttons}>
          <Button
            type="submit"
            appearance="primary"
            disabledFocusable={busy || value.name.trim() === '' || value.from === ''}
          >
            {t('actions.save')}
          </Button>
          <Button onClick={close}>{t('actions.cancel')}</Button>
        </div>
      </form>
    </SideDrawer>
  );
}
