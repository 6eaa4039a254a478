// `parley licence optimise|apply`: the cheapest mix of user and device CALs that covers what is really used, from a file
// of pairs or from the recorded access of this server.
import type { OperationRequest } from '@parley/services/licensing/contract';
import { type Command, Option } from 'commander';
import { type Answer, CommandFault, EXIT } from './answer.ts';
import { type CommonOptions, type Run, withCommonOptions } from './command.ts';
import { pairsOf } from './licence-edges.ts';
import { ruleAnswer } from './licence-evaluate.ts';
import { badUsage, count, given, type Profile, withProfile } from './licence-flags.ts';
import {
  finished,
  type MixPrices,
  type Move,
  mixLines,
  type Optimisation,
  pricesOf,
  runText,
} from './licence-mix.ts';
import { allPages, atTheDesk, PAGE } from './licence-visit.ts';
import { readTextFile } from './read-file.ts';

type Options = OperationRequest<'optimise-start'>;
interface OptimiseOptions extends CommonOptions, MixPrices {
  readonly profile: Profile;
  readonly explain?: boolean;
  readonly edges?: string;
  readonly level?: Options['level'];
  readonly windowDays?: number;
  readonly stock: boolean;
  readonly packs: boolean;
}

export function addOptimiseCommands(licence: Command, run: Run): void {
  withProfile(
    withCommonOptions(licence.command('optimise'), [
      'parley licence optimise --edges pairs.csv --user-price 4000 --device-price 3500',
      'parley licence optimise',
      'parley licence optimise --level joint --window-days 60 --no-packs --json',
    ]),
  )
    .description('The cheapest mix of user and device CALs that covers every access; Ctrl-C stops it')
    .option(
      '--edges <file>',
      'a CSV file with the columns user, device and (if wanted) level, instead of recorded access',
    )
    .option('--user-price <price>', 'of one user CAL, in minor units (default: as in the settings)', count)
    .option('--device-price <price>', 'of one device CAL', count)
    .option('--user-enterprise-price <price>', 'of one Enterprise user CAL', count)
    .option('--device-enterprise-price <price>', 'of one Enterprise device CAL', count)
    .addOption(
      new Option('--level <level>', 'which CALs')
        .choices(['joint', 'standard', 'enterprise'])
        .default('joint'),
    )
    .option('--window-days <count>', 'access of how many days (default: as in the settings)', count)
    .option('--no-stock', 'as if nothing were owned or assigned yet')
    .option('--no-packs', 'as if every CAL were sold singly')
    .option('--explain', 'with --edges: state every rule that the answer rests on')
    .action(
      run((options: OptimiseOptions) =>
        options.edges === undefined ? recorded(options) : fromFile(options.edges, options),
      ),
    );

  withCommonOptions(licence.command('apply <optimisationId>'), ['parley licence apply 12ab…'])
    .description('Assign what a run of the optimiser advises and what may move today')
    .action(run(apply));
}

async function fromFile(file: string, options: OptimiseOptions): Promise<Answer> {
  const { userPrice, devicePrice, userEnterprisePrice, deviceEnterprisePrice } = options;
  if (userPrice === undefined || devicePrice === undefined) {
    throw badUsage('A file of pairs needs prices.', 'Give --user-price and --device-price in minor units.');
  }
  const edges = pairsOf(await readTextFile(file));
  const isJoint = edges.some(({ cal }) => cal === 'enterprise');
  if (isJoint && (userEnterprisePrice === undefined || deviceEnterprisePrice === undefined)) {
    throw badUsage(
      `${file} has pairs that need an Enterprise CAL.`,
      'Give --user-enterprise-price and --device-enterprise-price too.',
    );
  }
  const price = isJoint
    ? {
        user: { standard: userPrice, enterprise: userEnterprisePrice },
        device: { standard: devicePrice, enterprise: deviceEnterprisePrice },
      }
    : { user: userPrice, device: devicePrice };
  const pairs = isJoint ? edges : edges.map(({ user, device }) => [user, device]);
  return await ruleAnswer('optimise', { edges: pairs, price }, options, mixLines);
}

async function recorded(options: OptimiseOptions): Promise<Answer> {
  const { windowDays, level = 'joint', stock: useStock, packs } = options;
  return await atTheDesk(options, async (desk) => {
    const { prices, currency } = await desk.operate('settings', {});
    const request = { level, useStock, packs, prices: pricesOf(options, prices), ...given({ windowDays }) };
    const { optimisationId } = await desk.operate('optimise-start', request);
    const run = await finished(desk, optimisationId, options.json === true);
    if (run.result === null) throw notDone(run);
    const moves = await allPages<Move>((after) =>
      desk.operate('moves', { optimisationId, limit: PAGE, ...given({ after }) }),
    );
    return { data: { optimisation: run, moves }, text: runText(run, run.result, moves, currency) };
  });
}

function notDone({ state, fault }: Optimisation): CommandFault {
  const code = state === 'cancelled' ? 'CLI_CANCELLED' : 'CLI_NOT_OPTIMISED';
  return new CommandFault({ code, sentence: fault ?? `The run was ${state}.`, remedy: 'Start it again.' });
}

async function apply(optimisationId: string, options: CommonOptions): Promise<Answer> {
  return await atTheDesk(options, async (desk) => {
    const done = await desk.operate('optimise-apply', { optimisationId });
    const { assigned, moved, unassigned, waiting } = done;
    return {
      data: done,
      text: [
        `${assigned} assigned, ${moved} moved, ${unassigned} taken back; ${waiting} wait for a purchase or their day.`,
      ],
      exitCode: EXIT.done,
    };
  });
}
