// A quote as the rows of a table: for the CSV file. Amounts are plain numbers of the currency, for a spreadsheet.
import type { Quote, QuoteItem } from '@parley/services/licensing/rules/quote';
import type { TFunction } from 'i18next';
import { typedAmount } from '../licence-formats.ts';

export function quoteRows(quote: Quote, t: TFunction): (string | number | null)[][] {
  const { currency } = quote;
  const amount = (minor: number | undefined) => (minor === undefined ? null : typedAmount(minor, currency));
  return [
    [
      t('licenceTools.sku'),
      t('licenceTools.item'),
      t('licences.quantity'),
      t('licenceTools.quote.packs'),
      t('licenceTools.quote.surplus'),
      t('licenceTools.priceIn', { currency }),
    ],
    ...quote.items.map((item) => [
      item.sku,
      item.name,
      item.quantity,
      packsText(item),
      item.surplus ?? null,
      amount(item.cost),
    ]),
    [null, t('licenceTools.total'), null, null, null, amount(quote.total)],
  ];
}

/** `2 × 50 + 1 × 5`, the largest first; singles alone need no word. */
export function packsText({ packs = {} }: QuoteItem): string {
  if (Object.keys(packs).every((size) => size === '1')) return '';
  return Object.entries(packs)
    .map(([size, count]) => [Number(size), count] as const)
    .sort(([a], [b]) => b - a)
    .map(([size, count]) => `${count} × ${size}`)
    .join(' + ');
}
