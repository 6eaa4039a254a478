// The true-up as it is printed: the order, or the statement that nothing was added, with room to sign.
import { useTranslation } from 'react-i18next';
import type { OperationRequest } from '../licensing-api.ts';
import { Paper, PaperTable } from '../paper/paper.tsx';
import { useLicenceFormats } from '../use-licence-formats.ts';
import { type TrueUpLine, useTrueUpRows } from './true-up-rows.ts';

interface TrueUpPaperProps {
  readonly lines: readonly TrueUpLine[];
  readonly period: { readonly from: string; readonly to: string };
  readonly form: OperationRequest<'true-up'>['form'];
  readonly currency: string;
}

export function TrueUpPaper({ lines, period, form, currency }: TrueUpPaperProps) {
  const { t } = useTranslation();
  const licences = useLicenceFormats();
  const rows = useTrueUpRows();
  const total = lines.reduce((sum, { cost }) => sum + cost, 0);
  return (
    <Paper
      title={t('licenceNav.trueUp')}
      facts={[
        [t('licenceTools.trueUp.period'), t('licences.fromTo', period)],
        [t('licenceTools.trueUp.form'), t(`licenceTools.trueUp.forms.${form}`)],
      ]}
    >
      <PaperTable
        heads={rows.heads}
        numbers={4}
        rows={rows.printed(lines, currency)}
        foot={[t('licenceTools.total'), '', '', '', licences.money(total, currency)]}
      />
      <ul>
        {lines.every(({ add }) => add === 0) && <li>{t('licenceTools.trueUp.statement')}</li>}
        <li>{t('licenceTools.trueUp.sign')}</li>
      </ul>
    </Paper>
  );
}
