// `parley licence stock|buy|agreement|sa`: what is owned, by which agreement, and until when it is maintained.
import { type Command, Option } from 'commander';
import { type Answer, table } from './answer.ts';
import { type CommonOptions, type Run, withCommonOptions } from './command.ts';
import { badUsage, count, day, given } from './licence-flags.ts';
import { REASON, type RemoveOptions, removing } from './licence-remove.ts';
import { money } from './licence-text.ts';
import { atTheDesk, today } from './licence-visit.ts';

interface BuyOptions extends CommonOptions {
  readonly metric?: Metric;
  readonly source: 'purchase';
  readonly from?: string;
  readonly to?: string;
  readonly price?: number;
  readonly agreement?: string;
  readonly proof?: string;
  readonly saTo?: string;
}
type Metric = 'user' | 'device' | 'server' | 'processor';

const METRICS = ['user', 'device', 'server', 'processor'];
const SOURCES = ['purchase', 'included', 'transition', 'suite', 'grandfather', 'true-up'];

export function addStockCommands(licence: Command, run: Run): void {
  withCommonOptions(licence.command('stock'), [
    'parley licence stock',
    'parley licence stock --as-of 2026-01-31',
  ])
    .description('Agreements, purchases and terms of Software Assurance')
    .option('--as-of <day>', 'as it was on this day (default: today)', day)
    .action(run(stock));

  withCommonOptions(licence.command('buy <sku> <quantity>'), [
    'parley licence buy parley-standard-cal 50 --metric user --price 4000 --proof "Invoice 2026-114"',
    'parley licence buy parley-server 1 --sa-to 2028-12-31',
  ])
    .description('Record a purchase')
    .addOption(
      new Option('--metric <metric>', 'what each licence is for (default: as the catalogue says)').choices(
        METRICS,
      ),
    )
    .addOption(
      new Option('--source <source>', 'how it came to be yours').choices(SOURCES).default('purchase'),
    )
    .option('--from <day>', 'first day (default: today)', day)
    .option('--to <day>', 'last day, of a right that ends', day)
    .option('--price <price>', 'of one licence, in minor units (cents)', count)
    .option('--agreement <id>', 'the agreement that it belongs to')
    .option('--proof <text>', 'number of the invoice or order')
    .option('--sa-to <day>', 'with Software Assurance from the first day until this one', day)
    .action(run(buy));

  withCommonOptions(licence.command('unbuy <grantId>'), [
    'parley licence unbuy 7f3a… --reason "entered twice"',
  ])
    .description('Take a purchase out of the stock again')
    .option('--reason <text>', REASON, '')
    .action(
      run((grantId: string, options: RemoveOptions) =>
        removing(options, 'grant-remove', { grantId }, 'The purchase is removed.'),
      ),
    );
}

async function stock({ asOf, ...options }: CommonOptions & { readonly asOf?: string }): Promise<Answer> {
  return await atTheDesk(options, async (desk) => {
    const [all, { currency }] = await Promise.all([
      desk.operate('stock', given({ asOf })),
      desk.operate('settings', {}),
    ]);
    const grants = all.grants.map((each) => [
      each.grantId,
      each.sku,
      each.metric,
      String(each.quantity),
      each.unitPrice === null ? '–' : money(each.unitPrice, currency),
      until(each.from, each.to),
      each.source,
      each.proof,
    ]);
    const terms = all.saTerms.map((each) => [
      each.saTermId,
      each.sku,
      String(each.quantity),
      until(each.from, each.to),
    ]);
    const agreements = all.agreements.map((each) => [
      each.agreementId,
      each.name,
      each.customer,
      each.program,
      until(each.from, each.to),
    ]);
    return {
      data: all,
      text: [
        ...(grants.length === 0
          ? ['Nothing is recorded yet. Begin with: parley licence buy parley-standard-cal 50']
          : table([['ID', 'SKU', 'PER', 'QUANTITY', 'PRICE', 'TERM', 'SOURCE', 'PROOF'], ...grants])),
        ...titled('Software Assurance', [['ID', 'SKU', 'QUANTITY', 'TERM'], ...terms]),
        ...titled('Agreements', [['ID', 'NAME', 'CUSTOMER', 'PROGRAM', 'TERM'], ...agreements]),
      ],
    };
  });
}

function titled(title: string, rows: readonly (readonly string[])[]): string[] {
  return rows.length < 2 ? [] : ['', `${title}:`, ...table(rows)];
}

function until(from: string, to: string | null): string {
  return to === null ? `since ${from}` : `${from} to ${to}`;
}

async function buy(sku: string, quantityText: string, options: BuyOptions): Promise<Answer> {
  const quantity = count(quantityText);
  const metric = options.metric ?? (await metricOf(sku));
  const { source, price, agreement, proof = '', saTo, to } = options;
  return await atTheDesk(options, async (desk) => {
    const from = options.from ?? today();
    const agreementId = agreement ?? null;
    const { grantId } = await desk.operate('grant-add', {
      ...{ sku, metric, quantity, source, from, to: to ?? null },
      ...{ agreementId, proof, unitPrice: price ?? null },
    });
    const term =
      saTo === undefined
        ? undefined
        : await desk.operate('sa-add', { sku, quantity, from, to: saTo, agreementId });
    const maintained = saTo === undefined ? '' : `, with Software Assurance until ${saTo}`;
    return {
      data: { grantId, ...term },
      text: [`${quantity} × ${sku} (${metric}) are recorded from ${from}${maintained}.`],
    };
  });
}

/** The only one that the catalogue has; people before devices where it has both. */
async function metricOf(sku: string): Promise<Metric> {
  const { skuOf } = await import('@parley/services/licensing/rules/catalogue');
  const metric = skuOf(sku)?.metrics[0];
  if (metric !== undefined) return metric;
  throw badUsage(
    `The catalogue has no licence "${sku}".`,
    'Look it up with: parley licence catalogue, or name --metric.',
  );
}
