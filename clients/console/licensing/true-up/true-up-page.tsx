// What has to be ordered after the fact for a period: by its highest use, yearly or by quarters (S13). It can be printed
// and closed.
import { Button, Field, Input, Select } from '@fluentui/react-components';
import { writeCsv } from '@parley/services/licensing/rules/exchange/csv';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ConfirmButton } from '../../../kit/widgets/confirm-button.tsx';
import { DownloadIcon, PrintIcon } from '../../../kit/widgets/icons.tsx';
import { useNotices } from '../../../kit/widgets/notices.tsx';
import { PageHeader } from '../../page-header.tsx';
import parts from '../../parts.module.css';
import { today } from '../licence-formats.ts';
import { licensingQuery, type OperationRequest, useAct } from '../licensing-api.ts';
import { useMay } from '../my-roles.ts';
import { PageBody } from '../page-body.tsx';
import { QueryState } from '../query-state.tsx';
import { saveFile } from '../save-file.ts';
import { useLicenceFormats } from '../use-licence-formats.ts';
import { TrueUpPaper } from './true-up-paper.tsx';
import { TrueUpReport } from './true-up-report.tsx';
import { useTrueUpRows } from './true-up-rows.ts';

type Form = OperationRequest<'true-up'>['form'];
const FORMS = ['annual', 'quarterly'] as const satisfies readonly Form[];

export default function TrueUpPage() {
  const { t } = useTranslation();
  const licences = useLicenceFormats();
  const act = useAct();
  const notices = useNotices();
  const manages = useMay('manager');
  const [from, setFrom] = useState(() => `${today(Date.now()).slice(0, 4)}-01-01`);
  const [to, setTo] = useState(() => `${today(Date.now()).slice(0, 4)}-12-31`);
  const [form, setForm] = useState<Form>('annual');
  const backwards = from !== '' && to !== '' && to < from;
  const whole = from !== '' && to !== '' && !backwards;
  const settings = useQuery(licensingQuery('settings', {}));
  const report = useQuery({
    ...licensingQuery('true-up', { from, to, form }),
    enabled: whole,
    placeholderData: keepPreviousData,
  });
  const rowsOf = useTrueUpRows();
  const currency = settings.data?.currency ?? 'EUR';
  const lines = report.data?.lines ?? [];
  const ready = lines.length > 0 && settings.data !== undefined && whole;
  const period = { from: licences.day(from === '' ? to : from), to: licences.day(to === '' ? from : to) };

  async function closePeriod(): Promise<void> {
    const outcome = await act('true-up-close', { from, to });
    if (notices.outcome(outcome)) notices.done(t('licenceTools.trueUp.closed'));
  }

  return (
    <>
      <PageHeader title={t('licenceNav.trueUp')} about={t('licenceTools.trueUp.about')}>
        <Button
          icon={<DownloadIcon />}
          disabledFocusable={!ready}
          onClick={() =>
            saveFile(`true-up-${from}-${to}.csv`, 'text/csv', writeCsv(rowsOf.csv(lines, currency)))
          }
        >
          {t('licenceTools.csv')}
        </Button>
        <Button icon={<PrintIcon />} disabledFocusable={!ready} onClick={() => window.print()}>
          {t('licenceTools.print')}
        </Button>
        {manages && ready && (
          <ConfirmButton
            action={t('licenceTools.trueUp.close')}
            title={t('licenceTools.trueUp.closeTitle', period)}
            text={t('licenceTools.trueUp.closeText')}
            confirm={() => void closePeriod()}
          />
        )}
      </PageHeader>
      <div className={parts.bar}>
        <Field label={t('licences.from')}>
          <Input type="date" value={from} onChange={(_, { value }) => setFrom(value)} />
        </Field>
        <Field
          label={t('licences.lastDay')}
          {...(backwards ? { validationMessage: t('licences.backwards') } : {})}
        >
          <Input type="date" value={to} onChange={(_, { value }) => setTo(value)} />
        </Field>
        <Field label={t('licenceTools.trueUp.form')}>
          <Select value={form} onChange={(_, { value }) => setForm(value as Form)}>
            {FORMS.map((each) => (
              <option key={each} value={each}>
                {t(`licenceTools.trueUp.forms.${each}`)}
              </option>
            ))}
          </Select>
        </Field>
      </div>
      <PageBody label={t('licenceNav.trueUp')}>
        <QueryState query={report}>
          {(data) => <TrueUpReport report={data} form={form} currency={currency} />}
        </QueryState>
      </PageBody>
      {ready && <TrueUpPaper lines={lines} period={period} form={form} currency={currency} />}
    </>
  );
}
