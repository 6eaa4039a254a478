// `parley licence assign|unassign|reassign|history|features|subjects`: who holds which licence, by rules A10 and S1 to S7.
import { type Command, Option } from 'commander';
import { type Answer, table } from './answer.ts';
import { type CommonOptions, type Run, withCommonOptions } from './command.ts';
import { day, given } from './licence-flags.ts';
import { allPages, atTheDesk, heldAssignment, PAGE, subjectOf } from './licence-visit.ts';

interface WhoOptions extends CommonOptions {
  readonly device?: boolean;
}
interface ReasonOptions extends WhoOptions {
  readonly reason?: string;
}
interface ReassignOptions extends WhoOptions {
  readonly reason: 'permanent';
  readonly until?: string;
}
interface SubjectsOptions extends CommonOptions {
  readonly kind?: 'user' | 'device';
  readonly only?: 'held' | 'short' | 'idle';
}

const DEVICE = 'a device, by its id or name, instead of a person by address';
const MOVES = ['permanent', 'employment-ended', 'permanent-hardware-failure', 'temporary'];

export function addAssignCommands(licence: Command, run: Run): void {
  withCommonOptions(licence.command('assign <who> <sku...>'), [
    'parley licence assign bob parley-standard-cal parley-enterprise-cal',
    'parley licence assign "Lobby phone" parley-standard-cal --device',
  ])
    .description('Give a person or a device licences: all of them, or none and the reason')
    .option('--device', DEVICE)
    .option('--reason <text>', 'for the audit')
    .action(run(assign));

  withCommonOptions(licence.command('unassign <who> <sku>'), [
    'parley licence unassign bob parley-enterprise-cal --reason "moved to another department"',
  ])
    .description('Take a licence back into the pool')
    .option('--device', DEVICE)
    .option('--reason <text>', 'for the audit')
    .action(run(unassign));

  withCommonOptions(licence.command('reassign <who> <sku> <to>'), [
    'parley licence reassign bob parley-standard-cal carol --reason employment-ended',
    'parley licence reassign bob parley-standard-cal dave --reason temporary --until 2026-03-31',
  ])
    .description('Move a licence: after 90 days, or at once for one of the reasons that rule S2 allows')
    .option('--device', 'both are devices, by id or name')
    .addOption(new Option('--reason <reason>', 'why it moves').choices(MOVES).default('permanent'))
    .option('--until <day>', 'of a temporary move: its last day', day)
    .action(run(reassign));

  withCommonOptions(licence.command('history <who>'), ['parley licence history bob'])
    .description('Every licence that a person or device held')
    .option('--device', DEVICE)
    .action(run(history));

  withCommonOptions(licence.command('features <who>'), ['parley licence features bob'])
    .description('The 19 features of a person or device, each with its reason')
    .option('--device', DEVICE)
    .action(run(features));

  withCommonOptions(licence.command('subjects [query]'), [
    'parley licence subjects --only short',
    'parley licence subjects lobby --kind device',
  ])
    .description('People and devices with what they hold and what they need')
    .addOption(new Option('--kind <kind>', 'only these').choices(['user', 'device']))
    .addOption(
      new Option(
        '--only <which>',
        'held: who holds something; short: who needs more; idle: who holds what is not used',
      ).choices(['held', 'short', 'idle']),
    )
    .action(run(subjects));
}

async function assign(who: string, skus: readonly string[], options: ReasonOptions): Promise<Answer> {
  return await atTheDesk(options, async (desk) => {
    const subject = await subjectOf(desk, who, options.device);
    const items = skus.map((sku) => ({ sku, subject }));
    const { assigned } = await desk.operate('assign', { items, ...given({ reason: options.reason }) });
    return { data: { subject, assigned }, text: [`${who} holds ${skus.join(' and ')} from now on.`] };
  });
}

async function unassign(who: string, sku: string, options: ReasonOptions): Promise<Answer> {
  return await atTheDesk(options, async (desk) => {
    const subject = await subjectOf(desk, who, options.device);
    const assignmentId = await heldAssignment(desk, subject, sku);
    await desk.operate('unassign', { assignmentId, reason: options.reason ?? '' });
    return { data: { subject, assignmentId }, text: [`${who} does not hold ${sku} any more.`] };
  });
}

async function reassign(who: string, sku: string, to: string, options: ReassignOptions): Promise<Answer> {
  const { reason, until, device } = options;
  return await atTheDesk(options, async (desk) => {
    const subject = await subjectOf(desk, who, device);
    const target = await subjectOf(desk, to, device);
    const assignmentId = await heldAssignment(desk, subject, sku);
    const moved = await desk.operate('reassign', { assignmentId, to: target, reason, ...given({ until }) });
    const back = until === undefined ? '' : ` until ${until}`;
    return {
      data: { from: subject, to: target, ...moved },
      text: [`${to} holds ${sku}${back}; ${who} does not.`],
    };
  });
}

async function history(who: string, options: WhoOptions): Promise<Answer> {
  return await atTheDesk(options, async (desk) => {
    const subject = await subjectOf(desk, who, options.device);
    const { assignments } = await desk.operate('history', { subject });
    const rows = assignments.map((each) => [
      each.sku,
      each.from,
      each.to ?? '–',
      each.kind,
      each.reason,
      each.assignmentId,
    ]);
    const heads = ['SKU', 'FROM', 'TO', 'KIND', 'REASON', 'ID'];
    return {
      data: { subject, assignments },
      text: rows.length === 0 ? ['None ever.'] : table([heads, ...rows]),
    };
  });
}

async function features(who: string, options: WhoOptions): Promise<Answer> {
  return await atTheDesk(options, async (desk) => {
    const { kind, id } = await subjectOf(desk, who, options.device);
    const answer = await desk.operate('features', kind === 'user' ? { userId: id } : { deviceId: id });
    const rows = answer.features.map(({ feature, allowed, coveredBy, missing, rules }) => [
      feature,
      allowed ? 'yes' : 'no',
      allowed ? (coveredBy ?? 'needs none') : `needs ${missing.join(' and ')}`,
      rules.join(' '),
    ]);
    return { data: answer, text: table([['FEATURE', 'ALLOWED', 'BY', 'RULES'], ...rows]) };
  });
}

async function subjects(query: string | undefined, options: SubjectsOptions): Promise<Answer> {
  const { kind, only } = options;
  return await atTheDesk(options, async (desk) => {
    const items = await allPages((after) =>
      desk.operate('subjects', { limit: PAGE, ...given({ query, kind, only, after }) }),
    );
    const rows = items.map((each) => [
      each.name,
      each.detail,
      each.held.map(({ sku }) => sku).join(', ') || '–',
      each.needs ?? '–',
      each.covered ? 'yes' : 'no',
      each.lastAccess ?? 'never',
    ]);
    const heads = ['NAME', 'ADDRESS OR KIND', 'HOLDS', 'NEEDS', 'COVERED', 'LAST ACCESS'];
    return { data: { subjects: items }, text: rows.length === 0 ? ['Nobody.'] : table([heads, ...rows]) };
  });
}
