// `parley licence true-up`: what has to be ordered for a period (rule S13), from the records of this server or from figures.
import type { Command } from 'commander';
import { type Answer, table } from './answer.ts';
import { type CommonOptions, type Run, withCommonOptions } from './command.ts';
import { givenFrom, ruleAnswer } from './licence-evaluate.ts';
import { badUsage, count, day, given, numbers, type Profile, withProfile } from './licence-flags.ts';
import { money } from './licence-text.ts';
import { atTheDesk } from './licence-visit.ts';

interface TrueUpOptions extends CommonOptions {
  readonly profile: Profile;
  readonly explain?: boolean;
  readonly from?: string;
  readonly to?: string;
  readonly quarterly?: boolean;
  readonly close?: boolean;
  readonly owned?: number;
  readonly peak?: readonly number[];
  readonly unitPrice?: number;
}

export function addTrueUpCommand(licence: Command, run: Run): void {
  withProfile(
    withCommonOptions(licence.command('true-up [file]'), [
      'parley licence true-up --from 2026-01-01 --to 2026-12-31',
      'parley licence true-up --from 2026-01-01 --to 2026-12-31 --close',
      'parley licence true-up --owned 100 --peak 100,104,120,111 --unit-price 10000',
      'parley licence true-up --quarterly --owned 100 --peak 110,105,120,120 --unit-price 10000',
    ]),
  )
    .description('What has to be ordered for a period: the most that was used, less what is owned')
    .option('--from <day>', 'first day, of the records of this server', day)
    .option('--to <day>', 'last day', day)
    .option('--close', 'record that it was ordered')
    .option('--quarterly', 'charged by quarters instead of once a year')
    .option('--owned <count>', 'without a server: licences owned at the start', count)
    .option('--peak <counts>', 'without a server: the most used in each month (or quarter)', numbers)
    .option('--unit-price <price>', 'without a server: one licence for a year, in minor units', count)
    .option('--explain', 'without a server: state every rule')
    .action(run(trueUp));
}

async function trueUp(file: string | undefined, options: TrueUpOptions): Promise<Answer> {
  const { from, to, owned, peak, unitPrice, quarterly } = options;
  if (file === undefined && peak === undefined) {
    if (from === undefined || to === undefined)
      throw badUsage(
        'There is no period.',
        'Give --from and --to, or figures: --owned, --peak and --unit-price.',
      );
    return options.close === true ? close(from, to, options) : recorded(from, to, options);
  }
  const figures =
    quarterly === true
      ? { owned, quarterPeak: peak, unitPricePerYear: unitPrice }
      : { owned, monthlyPeak: peak, unitPrice };
  const operation = quarterly === true ? 'trueUpQuarterly' : 'trueUp';
  return ruleAnswer(operation, await givenFrom(file, given(figures)), options);
}

function recorded(from: string, to: string, options: TrueUpOptions): Promise<Answer> {
  const form = options.quarterly === true ? 'quarterly' : 'annual';
  return atTheDesk(options, async (desk) => {
    const { currency } = await desk.operate('settings', {});
    const answer = await desk.operate('true-up', { from, to, form });
    const rows = answer.lines.map((line) => [
      line.sku,
      String(line.owned),
      String(Math.max(0, ...line.peaks.map(({ peak }) => peak))),
      String(line.add),
      money(line.cost, currency),
      line.updateStatementRequired ? 'an update statement is due' : '',
    ]);
    const text =
      rows.length === 0
        ? ['Nothing was owned or used in this period.']
        : table([['SKU', 'OWNED', 'MOST USED', 'ORDER', 'COST', ''], ...rows]);
    return { data: answer, text: [...text, '', `Rules: ${answer.rules.join(', ')}`] };
  });
}

function close(from: string, to: string, options: TrueUpOptions): Promise<Answer> {
  return atTheDesk(options, async (desk) => {
    const closed = await desk.operate('true-up-close', { from, to });
    return { data: closed, text: [`The period from ${from} to ${to} is closed: ${closed.trueUpId}`] };
  });
}
