// A true-up as the rows of a table, for paper and for the CSV file.
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../../kit/i18n/use-formats.ts';
import { typedAmount } from '../licence-formats.ts';
import type { OperationReply } from '../licensing-api.ts';
import { skuName } from '../sku-name.ts';
import { useLicenceFormats } from '../use-licence-formats.ts';

export type TrueUpLine = OperationReply<'true-up'>['lines'][number];

/** The server writes a period as `2026-01-01 to 2026-03-31`. */
export function periodDays(period: string): readonly [string, string] | undefined {
  const match = /^(\d{4}-\d{2}-\d{2}) to (\d{4}-\d{2}-\d{2})$/.exec(period);
  return match?.[1] === undefined || match[2] === undefined ? undefined : [match[1], match[2]];
}

export function useTrueUpRows() {
  const { t } = useTranslation();
  const formats = useFormats();
  const licences = useLicenceFormats();
  const heads = [
    t('licences.licence'),
    t('licences.dashboard.owned'),
    t('licenceTools.trueUp.peak'),
    t('licenceTools.trueUp.add'),
    t('licenceTools.price'),
  ];
  const peaksText = ({ peaks }: TrueUpLine) => peaks.map(({ peak }) => formats.number(peak)).join(' / ');
  return {
    heads,
    printed: (lines: readonly TrueUpLine[], currency: string) =>
      lines.map((line) => [
        skuName(line.sku),
        formats.number(line.owned),
        peaksText(line),
        formats.number(line.add),
        licences.money(line.cost, currency),
      ]),
    csv: (lines: readonly TrueUpLine[], currency: string) => [
      [t('licenceTools.sku'), ...heads.slice(0, -1), t('licenceTools.priceIn', { currency })],
      ...lines.map(({ sku, owned, peaks, add, cost }) => [
        sku,
        skuName(sku),
        owned,
        peaks.map(({ peak }) => peak).join(' / '),
        add,
        typedAmount(cost, currency),
      ]),
    ],
  };
}
