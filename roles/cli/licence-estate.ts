// `parley licence windows|remote-desktop` and the pure half of `servers`: licences of machines, and how Remote Desktop
// counts its own.
import type { Command } from 'commander';
import type { Run } from './command.ts';
import { givenFrom, type RuleOptions, ruleAnswer, withRuleOptions } from './licence-evaluate.ts';
import { badUsage, count, day, given, numbered } from './licence-flags.ts';
import { needed } from './licence-trade.ts';

interface WindowsOptions extends RuleOptions {
  readonly server?: Readonly<Record<string, number>>;
  readonly users?: number;
  readonly devices?: number;
  readonly processors?: number;
  readonly virtualOses?: number;
  readonly held?: Readonly<Record<string, number>>;
  readonly adminOnlyUsers?: number;
}
interface RemoteDesktopOptions extends RuleOptions {
  readonly mode?: string;
  readonly action?: string;
  readonly asOf?: string;
  readonly hostFirstUse?: string;
  readonly pool?: number;
  readonly issued?: number;
  readonly activeUsers?: number;
  readonly installed?: number;
  readonly currentlyRevoked?: number;
  readonly calVersion?: string;
  readonly hostVersion?: string;
}

export function addEstateCommands(licence: Command, run: Run): void {
  withRuleOptions(licence.command('windows [file]'), [
    'parley licence windows --server ws2008r2-standard=1 --users 30',
    'parley licence windows --server ws2012-standard=1 --processors 4 --virtual-oses 4 --users 80 --held ws2012-user-cal=20',
  ])
    .description('Windows Server family: CALs, server and processor licences, limits of users and devices')
    .option('--server <product=count>', 'servers; may be repeated', numbered)
    .option('--users <count>', 'people', count)
    .option('--devices <count>', 'devices, if not one for each person', count)
    .option('--processors <count>', 'processors of each server', count)
    .option('--virtual-oses <count>', 'virtual machines on each server', count)
    .option('--held <sku=count>', 'CALs that are held; may be repeated', numbered)
    .option('--admin-only-users <count>', 'people who only administer', count)
    .action(run(windows));

  withRuleOptions(licence.command('remote-desktop [file]'), [
    'parley licence remote-desktop --mode per-device --host-first-use 2026-01-01 --as-of 2026-04-30',
    'parley licence remote-desktop --mode per-user --pool 10 --active-users 14 --as-of 2026-06-01',
    'parley licence remote-desktop --cal-version 2022 --host-version 2025',
    'parley licence remote-desktop --action revoke --installed 100 --currently-revoked 19',
  ])
    .description(
      'How Remote Desktop licensing behaves: grace, issue, renewal, revocation, versions (S16 to S20)',
    )
    .option('--mode <mode>', 'per-user or per-device')
    .option('--action <action>', 'for example revoke')
    .option('--as-of <day>', 'the day of the question', day)
    .option('--host-first-use <day>', 'when the session host was first used; without a licence server', day)
    .option('--pool <count>', 'CALs in the pool', count)
    .option('--issued <count>', 'CALs that are issued', count)
    .option('--active-users <count>', 'people of the last 60 days', count)
    .option('--installed <count>', 'CALs of the version that are installed', count)
    .option('--currently-revoked <count>', 'of these revoked now', count)
    .option('--cal-version <version>', 'for example 2022')
    .option('--host-version <version>', 'version of the session host')
    .action(run(remoteDesktop));
}

async function windows(file: string | undefined, options: WindowsOptions) {
  const { processors, virtualOses, users, devices, held, adminOnlyUsers } = options;
  const machine = { ...(processors && { processors }), ...(virtualOses && { virtualOses }) };
  const servers =
    options.server &&
    Object.entries(options.server).flatMap(([product, quantity]) =>
      Array.from({ length: servedBy(quantity) }, () => ({ product, ...machine })),
    );
  const asked = { servers, users, devices, held, adminOnlyUsers };
  return ruleAnswer('windowsNeed', { users: 0, ...(await needed(file, asked, 'servers')) }, options);
}

/** Each server is a row of its own. */
function servedBy(quantity: number): number {
  if (quantity <= 10_000) return quantity;
  throw badUsage(`${quantity} servers of one kind are too many here.`, 'Give at most 10000.');
}

async function remoteDesktop(file: string | undefined, options: RemoteDesktopOptions) {
  const { json: _json, profile: _profile, explain: _explain, asOf: on, ...asked } = options;
  const hasNoServer = options.hostFirstUse === undefined ? {} : { licenceServer: null };
  if (file === undefined && Object.keys(asked).length === 0) {
    throw badUsage('There is nothing to work with.', 'Name a file, or give the options that --help lists.');
  }
  return ruleAnswer('rds', await givenFrom(file, given({ ...asked, on, ...hasNoServer })), options);
}
