// The quote as it is printed.
import type { Quote } from '@parley/services/licensing/rules/quote';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../../kit/i18n/use-formats.ts';
import { today } from '../licence-formats.ts';
import { Paper, PaperTable } from '../paper/paper.tsx';
import { useLicenceFormats } from '../use-licence-formats.ts';
import { useFinding } from './finding.ts';
import type { QuoteDraft } from './quote-draft.ts';
import { packsText } from './quote-rows.ts';

export function QuotePaper({ draft, quote }: { readonly draft: QuoteDraft; readonly quote: Quote }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const licences = useLicenceFormats();
  const finding = useFinding();
  const money = (minor: number | undefined) =>
    minor === undefined ? t('licenceTools.noPrice') : licences.money(minor, quote.currency);
  const remarks = [
    ...quote.violations.map(finding),
    ...quote.warnings.map(finding),
    ...(quote.unpriced.length > 0
      ? [t('licenceTools.quote.unpriced', { count: quote.unpriced.length })]
      : []),
    t('licenceTools.quote.byRules', { rules: quote.rules.join(', ') }),
  ];
  return (
    <Paper
      title={
        draft.number === ''
          ? t('licenceNav.quote')
          : t('licenceTools.quote.numbered', { number: draft.number })
      }
      facts={[
        [t('licenceTools.quote.customer'), draft.customer],
        [t('licences.day'), licences.day(today(Date.now()))],
        [t('licenceTools.quote.validUntil'), draft.validUntil === '' ? '' : licences.day(draft.validUntil)],
      ]}
    >
      <PaperTable
        heads={[
          t('licenceTools.item'),
          t('licenceTools.quote.packs'),
          t('licences.quantity'),
          t('licenceTools.price'),
        ]}
        numbers={2}
        rows={quote.items.map((item) => [
          item.name,
          packsText(item),
          formats.number(item.quantity),
          money(item.cost),
        ])}
        foot={[t('licenceTools.total'), '', '', money(quote.total)]}
      />
      <ul>
        {remarks.map((remark) => (
          <li key={remark}>{remark}</li>
        ))}
      </ul>
    </Paper>
  );
}
