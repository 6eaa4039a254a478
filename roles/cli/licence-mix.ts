// A run of the optimiser over the recorded access of this server: with which prices, how far it is, what it advises. Used by
// `parley licence optimise`.
import type { OperationReply, OperationRequest } from '@parley/services/licensing/contract';
import { table } from './answer.ts';
import type { Given } from './licence-evaluate.ts';
import { badUsage } from './licence-flags.ts';
import { money, resultLines } from './licence-text.ts';
import { type Desk, refused } from './licence-visit.ts';

type Options = OperationRequest<'optimise-start'>;
export type Optimisation = OperationReply<'optimisations'>['optimisations'][number];
export type Move = OperationReply<'moves'>['items'][number];
export interface MixPrices {
  readonly userPrice?: number;
  readonly devicePrice?: number;
  readonly userEnterprisePrice?: number;
  readonly deviceEnterprisePrice?: number;
}

const ASK_EVERY_MS = 250;

/** From the command line, else the single price of the settings. */
export function pricesOf(options: MixPrices, known: OperationReply<'settings'>['prices']): Options['prices'] {
  const of = (fromOption: number | undefined, kind: 'standard' | 'enterprise', metric: 'user' | 'device') => {
    const single = known.find(
      (each) => each.sku === `parley-${kind}-cal` && each.metric === metric && each.packSize === 1,
    );
    const price = fromOption ?? single?.price;
    if (price !== undefined) return price;
    throw badUsage(
      `There is no price of one ${kind} CAL per ${metric}.`,
      `Set it with: parley licence settings --price parley-${kind}-cal:${metric}:1=4000, or give it as an option.`,
    );
  };
  return {
    user: {
      standard: of(options.userPrice, 'standard', 'user'),
      enterprise: of(options.userEnterprisePrice, 'enterprise', 'user'),
    },
    device: {
      standard: of(options.devicePrice, 'standard', 'device'),
      enterprise: of(options.deviceEnterprisePrice, 'enterprise', 'device'),
    },
  };
}

/** Asks until the run has ended, says how far it is on a terminal, and stops it at Ctrl-C. */
export async function finished(desk: Desk, optimisationId: string, isQuiet: boolean): Promise<Optimisation> {
  const cancel = () => void desk.operate('optimise-cancel', { optimisationId }).catch(() => undefined);
  const showsProgress = !isQuiet && process.stderr.isTTY;
  process.once('SIGINT', cancel);
  try {
    while (true) {
      const { optimisations } = await desk.operate('optimisations', {});
      const run = optimisations.find((each) => each.optimisationId === optimisationId);
      if (run === undefined) throw refused('CLI_NOT_OPTIMISED', 'The run is gone.', 'Start it again.');
      if (showsProgress)
        process.stderr.write(`\rLooking for the cheapest mix … ${Math.round(run.progress * 100)} %`);
      if (run.state !== 'running') return run;
      await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
    }
  } finally {
    process.removeListener('SIGINT', cancel);
    if (showsProgress) process.stderr.write('\r\u001b[K');
  }
}

export function runText(
  run: Optimisation,
  result: NonNullable<Optimisation['result']>,
  moves: readonly Move[],
  currency: string,
): string[] {
  const { cost, lowerBound, optimal, counts, baselines, savings, people, devices, edges } = result;
  const proof = optimal
    ? 'the least possible'
    : `at most ${money(cost - lowerBound, currency)} above the least possible`;
  return [
    `${edges} pairs of ${people} people and ${devices} devices.`,
    `Cheapest mix: ${money(cost, currency)} (${proof}).`,
    ...counts.map(({ sku, metric, count: number }) => `  ${number} × ${sku} (${metric})`),
    `User CALs for everybody: ${money(baselines.allUser.cost, currency)}; device CALs for every device: ${money(baselines.allDevice.cost, currency)}.`,
    `Saved against the cheaper of the two: ${money(savings, currency)}.`,
    ...(moves.length === 0 ? [] : ['', ...movesTable(moves), '']),
    moves.some(({ action }) => action === 'buy')
      ? `Buy what is listed and record it (parley licence buy), then: parley licence apply ${run.optimisationId}`
      : `Do what may be done today with: parley licence apply ${run.optimisationId}`,
  ];
}

function movesTable(moves: readonly Move[]): string[] {
  const rows = moves
    .filter(({ action }) => action !== 'keep')
    .map((each) => [
      each.action,
      String(each.quantity),
      each.sku,
      each.metric,
      each.name,
      each.reason,
      each.onOrAfter ?? '',
    ]);
  return rows.length === 0
    ? ['Nothing has to change.']
    : table([['DO', 'COUNT', 'SKU', 'PER', 'WHO', 'REASON', 'ON OR AFTER'], ...rows]);
}

/** The answer of the rules for a file of pairs; everything else is in the document of `--json`. */
export function mixLines(result: Given): string[] {
  const { cost, lowerBound, optimal, counts, naive, savings, users, devices } = result;
  const { allUser, allDevice } = (naive ?? {}) as { readonly allUser?: number; readonly allDevice?: number };
  const least =
    optimal === true ? 'the least possible' : `the least possible is ${money(Number(lowerBound))} or more`;
  return [
    `Cheapest mix: ${money(Number(cost))} (${least}).`,
    ...resultLines({ counts, users, devices }),
    ...(allUser === undefined ? [] : [`User CALs for everybody: ${money(allUser)}.`]),
    ...(allDevice === undefined ? [] : [`Device CALs for every device: ${money(allDevice)}.`]),
    ...(savings === undefined ? [] : [`Saved against the cheaper of the two: ${money(Number(savings))}.`]),
  ];
}
