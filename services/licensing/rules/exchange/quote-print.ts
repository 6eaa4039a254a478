// A quote as a document to be printed and sent (licensing rules B5, B13): HTML here, PDF by printedPdf.
import { skuOf } from '../catalogue.ts';
import type { Quote, QuoteItem } from '../quote.ts';
import {
  numberColumns,
  type PrintedDocument,
  type PrintedSection,
  printedHtml,
  textColumns,
} from './printed.ts';

export interface QuoteLetter {
  readonly quote: Quote;
  /** As the seller numbers it. */
  readonly number: string;
  readonly seller: string;
  readonly customer: string;
  /** Days. */
  readonly on: string;
  readonly validUntil?: string;
}

export function quoteHtml(letter: QuoteLetter): string {
  return printedHtml(printedQuote(letter));
}

export function printedQuote({
  quote,
  number,
  seller,
  customer,
  on,
  validUntil,
}: QuoteLetter): PrintedDocument {
  const validity = validUntil === undefined ? '' : ` It is valid until ${validUntil}.`;
  const opening = { title: 'Offer', sentences: [`From ${seller} to ${customer}, ${on}.${validity}`] };
  return {
    title: `Quote ${number}`,
    sections: [opening, items(quote), ...remarks(quote)],
  };
}

function items(quote: Quote): PrintedSection {
  const columns = [
    ...textColumns('Product'),
    ...numberColumns('Licences'),
    ...textColumns('Packs'),
    ...numberColumns(`Price (${quote.currency})`),
  ];
  const rows = quote.items.map((item) => ({
    cells: [
      item.name,
      `${item.quantity}`,
      packsOf(item),
      item.cost === undefined ? 'on request' : money(item.cost, quote.currency),
    ],
  }));
  const sum = { cells: ['Total', '', '', money(quote.total, quote.currency)], isSum: true };
  const covered = quote.calsIncluded + quote.calsHeld;
  const sentences = [
    `${quote.calsRequired} client access licences are needed; ${covered} come with the servers, are owned or are offered already.`,
  ];
  return { title: 'Items', sentences, table: { columns, rows: [...rows, sum] } };
}

function remarks({
  mustOfferCals,
  calsToBuy,
  violations,
  warnings,
  surplus,
  unpriced,
}: Quote): PrintedSection[] {
  const sentences = [
    ...(surplus > 0
      ? [`${surplus} licences more than needed: these packs cost less than the exact number.`]
      : []),
    ...(mustOfferCals && calsToBuy > 0
      ? ['The servers may be used only with the client access licences above.']
      : []),
    ...violations.map((each) => `A limit of the product is passed, which no licence cures: ${words(each)}.`),
    ...warnings.map((each) => `Please check: ${words(each)}.`),
    ...(unpriced.length > 0
      ? [`Without a price, and not in the total: ${unpriced.map((id) => skuOf(id)?.name ?? id).join(', ')}.`]
      : []),
  ];
  return sentences.length === 0 ? [] : [{ title: 'Remarks', sentences }];
}

function packsOf({ packs = {} }: QuoteItem): string {
  return Object.entries(packs)
    .map(([size, count]) => `${count} × ${size}`)
    .join(' + ');
}

/** Minor units as the currency writes them: 123456 is 1,234.56 in EUR and 123,456 in JPY. */
export function money(minorUnits: number, currency: string): string {
  const digits =
    new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  const format = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return new Intl.NumberFormat('en', format).format(minorUnits / 10 ** digits);
}

function words(code: string): string {
  return code.replaceAll('-', ' ');
}
