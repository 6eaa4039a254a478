// `parley licence position|pool|compliance|trend`: what is owned, assigned and needed on this server, as of a day.
import type { OperationReply } from '@parley/services/licensing/contract';
import type { Command } from 'commander';
import { type Answer, EXIT, table } from './answer.ts';
import { type CommonOptions, type Run, withCommonOptions } from './command.ts';
import { badUsage, count, day, given } from './licence-flags.ts';
import { atTheDesk, type Desk } from './licence-visit.ts';

type Position = OperationReply<'position'>;
/** What ends, by its id, as a person would say it. */
type Names = ReadonlyMap<string, string>;
interface PositionOptions extends CommonOptions {
  readonly asOf?: string;
}
interface TrendOptions extends CommonOptions {
  readonly days: number;
}

const AS_OF = 'as it was on this day (default: today)';
const MODES = {
  honor: 'nobody is refused; what is missing is recorded',
  warn: 'nobody is refused; who has no licence is told',
  enforce: 'who is not covered is refused what needs a licence',
} as const;

export function addPositionCommands(licence: Command, run: Run): void {
  withCommonOptions(licence.command('position'), [
    'parley licence position',
    'parley licence position --as-of 2026-01-31 --json',
  ])
    .description('The effective licence position: owned, assigned, needed and the signed difference')
    .option('--as-of <day>', AS_OF, day)
    .action(run((options: PositionOptions) => report(options, positionText, () => true)));

  withCommonOptions(licence.command('pool'), ['parley licence pool'])
    .description('Licences of each kind: all, assigned, free (negative where more are assigned than owned)')
    .option('--as-of <day>', AS_OF, day)
    .action(run((options: PositionOptions) => report(options, poolText, () => true)));

  withCommonOptions(licence.command('compliance'), [
    'parley licence compliance',
    'parley licence compliance --as-of 2026-06-30',
  ])
    .description('Is everything that is used covered? Exit code 1 if not')
    .option('--as-of <day>', AS_OF, day)
    .action(run((options: PositionOptions) => report(options, complianceText, isCompliant)));

  withCommonOptions(licence.command('trend'), ['parley licence trend --days 30'])
    .description('Owned, assigned and needed, day by day')
    .option('--days <count>', 'how many days back', count, 90)
    .action(run(trend));
}

function report(
  { asOf, ...options }: PositionOptions,
  say: (position: Position, names: Names) => string[],
  isGood: (position: Position) => boolean,
): Promise<Answer> {
  return atTheDesk(options, async (desk) => {
    const position = await desk.operate('position', given({ asOf }));
    const good = isGood(position);
    return {
      data: { position },
      text: say(position, await namesOf(desk)),
      exitCode: good ? EXIT.done : EXIT.failed,
    };
  });
}

async function namesOf(desk: Desk): Promise<Names> {
  const { saTerms } = await desk.operate('stock', {});
  const { files } = await desk.operate('files', {});
  return new Map([
    ...saTerms.map(
      (each) => [each.saTermId, `Software Assurance of ${each.quantity} × ${each.sku}`] as const,
    ),
    ...files.map((each) => [each.fileId, `the licence file of ${each.issuer}`] as const),
  ]);
}

function positionText(position: Position, names: Names): string[] {
  const { asOf, people, devices, windowDays, mode, unlicensed, overSince, graceDaysLeft, ending } = position;
  const { servers } = position;
  return [
    `Licence position of ${asOf}: ${people} people and ${devices} devices within ${windowDays} days.`,
    '',
    ...linesTable(position, ['SKU', 'PER', 'OWNED', 'ASSIGNED', 'NEEDED', 'DIFFERENCE'], (line) => [
      line.owned,
      line.assigned,
      line.needed,
      line.difference,
    ]),
    '',
    `Servers: ${servers.needed} licences needed, ${servers.owned} owned.`,
    ...servers.violations.map((each) => `  Not as it must be: ${each}.`),
    `Not covered: ${unlicensed.users} people and ${unlicensed.devices} devices.`,
    ...(overSince === null
      ? []
      : [`More is used than owned since ${overSince}; ${graceText(graceDaysLeft)}.`]),
    ...ending.map(
      ({ what, id, on, daysLeft }) =>
        `Ends in ${daysLeft} days, on ${on}: ${names.get(id) ?? `${what} ${id}`}.`,
    ),
    `Mode: ${mode} (${MODES[mode]}).`,
    `Profile: ${position.profile}; catalogue ${position.catalogueVersion}.`,
  ];
}

function graceText(daysLeft: number | null): string {
  return daysLeft === null ? 'no days of grace run' : `${daysLeft} days of grace are left`;
}

function poolText(position: Position): string[] {
  return linesTable(position, ['SKU', 'PER', 'ALL', 'ASSIGNED', 'FREE'], ({ owned, assigned }) => [
    owned,
    assigned,
    owned - assigned,
  ]);
}

function isCompliant({ lines, unlicensed, servers }: Position): boolean {
  return (
    lines.every(({ difference }) => difference >= 0) &&
    unlicensed.users + unlicensed.devices === 0 &&
    servers.owned >= servers.needed &&
    servers.violations.length === 0
  );
}

function complianceText(position: Position): string[] {
  const { lines, servers, unlicensed, asOf } = position;
  const short = lines
    .filter(({ difference }) => difference < 0)
    .map(({ sku, metric, difference }) => `${-difference} × ${sku} (${metric}) are missing.`);
  const serversShort = servers.needed - servers.owned;
  const without = unlicensed.users + unlicensed.devices;
  if (isCompliant(position)) return [`Everything that is used is covered, as of ${asOf}.`];
  return [
    `Not everything that is used is covered, as of ${asOf}:`,
    ...short,
    ...(serversShort > 0 ? [`${serversShort} server licences are missing.`] : []),
    ...servers.violations.map((each) => `Not as it must be: ${each}.`),
    ...(without > 0
      ? [
          `${unlicensed.users} people and ${unlicensed.devices} devices use it without a licence: parley licence unlicensed`,
        ]
      : []),
  ];
}

function linesTable(
  { lines }: Position,
  heads: readonly string[],
  numbers: (line: Position['lines'][number]) => readonly number[],
): string[] {
  if (lines.length === 0)
    return ['Nothing is recorded yet. Begin with: parley licence buy parley-standard-cal 50'];
  const rows = lines.map((line) => [line.sku, line.metric, ...numbers(line).map(String)]);
  return table([heads, ...rows]);
}

async function trend({ days, ...options }: TrendOptions): Promise<Answer> {
  if (days < 1 || days > 400) throw badUsage(`${days} days are not kept.`, 'Give 1 to 400.');
  return await atTheDesk(options, async (desk) => {
    const { points } = await desk.operate('trend', { days });
    const rows = points.map((point) => [
      point.day,
      point.sku,
      ...[point.owned, point.assigned, point.needed].map(String),
    ]);
    const text =
      rows.length === 0
        ? ['There is nothing yet; one point is kept for each day.']
        : table([['DAY', 'SKU', 'OWNED', 'ASSIGNED', 'NEEDED'], ...rows]);
    return { data: { points }, text };
  });
}
