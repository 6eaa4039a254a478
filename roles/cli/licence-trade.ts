// `parley licence packs|quote|transition|external-connector`: what to buy, and what older licences turn into.
import type { Command } from 'commander';
import type { Run } from './command.ts';
import { type Given, givenFrom, type RuleOptions, ruleAnswer, withRuleOptions } from './licence-evaluate.ts';
import { badUsage, count, day, given, numbered, term } from './licence-flags.ts';

const PRICES = 'price of a pack in whole minor units (cents): SIZE=PRICE; may be repeated';

interface PacksOptions extends RuleOptions {
  readonly need: number;
  readonly price: Readonly<Record<string, number>>;
}
interface QuoteOptions extends RuleOptions {
  readonly server?: Readonly<Record<string, number>>;
  readonly users?: number;
  readonly calPrice?: Readonly<Record<string, number>>;
  readonly currency?: string;
}
interface TransitionOptions extends RuleOptions {
  readonly hold?: Readonly<Record<string, number>>;
  readonly sa?: readonly [string, string];
  readonly release?: string;
}
interface ConnectorOptions extends RuleOptions {
  readonly product?: string;
  readonly externalUsers?: number;
  readonly servers?: number;
  readonly calPrice?: number;
  readonly connectorPrice?: number;
}

export function addTradeCommands(licence: Command, run: Run): void {
  withRuleOptions(licence.command('packs'), [
    'parley licence packs --need 63 --price 1=4000 --price 5=19000 --price 10=36000 --price 50=165000',
  ])
    .description('The cheapest packs that cover a number of licences')
    .requiredOption('--need <count>', 'licences that are needed', count)
    .requiredOption('--price <size=price>', PRICES, numbered)
    .action(
      run((options: PacksOptions) =>
        ruleAnswer('packs', { need: options.need, prices: options.price }, options),
      ),
    );

  withRuleOptions(licence.command('quote [file]'), [
    'parley licence quote --server ws2008r2-standard=1 --users 23 --cal-price 1=4000 --cal-price 5=19000',
    'parley licence quote offer.json --json',
  ])
    .description(
      'CALs to buy for servers and people, in packs, and whether CALs must be offered with the sale',
    )
    .option('--server <product=count>', 'servers that are sold; may be repeated', numbered)
    .option('--users <count>', 'people', count)
    .option('--cal-price <size=price>', PRICES, numbered)
    .option('--currency <code>', 'for example EUR')
    .action(run(quote));

  withRuleOptions(licence.command('transition [file]'), [
    'parley licence transition --hold ocs2007-enterprise-cal=40 --sa 2007-10-01..2010-09-30',
    'parley licence transition portfolio.json --profile corrected --explain',
  ])
    .description('What Software Assurance turns older licences into (rules A23 to A25)')
    .option('--hold <sku=count>', 'licences that are held; may be repeated', numbered)
    .option('--sa <first..last>', 'the term of their Software Assurance; left out: they have none', term)
    .option('--release <day>', 'when the new version came out', day)
    .action(run(transition));

  withRuleOptions(licence.command('external-connector [file]'), [
    'parley licence external-connector --product ws2012-standard --external-users 5000 --servers 2 --cal-price 3000 --connector-price 200000',
  ])
    .description('External Connectors or CALs for people from outside: which is cheaper')
    .option('--product <product>', 'server product')
    .option('--external-users <count>', 'people from outside', count)
    .option('--servers <count>', 'servers that they reach', count)
    .option('--cal-price <price>', 'one CAL, in minor units', count)
    .option('--connector-price <price>', 'one External Connector, in minor units', count)
    .action(run(connector));
}

async function quote(file: string | undefined, options: QuoteOptions) {
  const lines = options.server && rows(options.server, (product, quantity) => ({ product, quantity }));
  const { users, calPrice: calPrices, currency } = options;
  return ruleAnswer('quote', await needed(file, { lines, users, calPrices, currency }, 'lines'), options);
}

async function transition(file: string | undefined, options: TransitionOptions) {
  const [saFrom, saTo] = options.sa ?? [null, null];
  const holdings =
    options.hold && rows(options.hold, (product, quantity) => ({ product, quantity, saFrom, saTo }));
  return ruleAnswer(
    'transition',
    await needed(file, { holdings, r2Release: options.release }, 'holdings'),
    options,
  );
}

async function connector(file: string | undefined, options: ConnectorOptions) {
  const { product, externalUsers, servers, calPrice, connectorPrice: ecPrice } = options;
  const asked = { product, externalUsers, servers, calPrice, ecPrice };
  return ruleAnswer('externalConnector', await needed(file, asked, 'externalUsers'), options);
}

/** From the file, the options or both; without either there is no question. */
export async function needed(file: string | undefined, options: Given, key: string): Promise<Given> {
  const all = await givenFrom(file, given(options));
  if (all[key] !== undefined) return all;
  throw badUsage('There is nothing to work with.', 'Name a file, or give the options that --help lists.');
}

function rows<T>(counts: Readonly<Record<string, number>>, row: (name: string, quantity: number) => T): T[] {
  return Object.entries(counts).map(([name, quantity]) => row(name, quantity));
}
