// `parley licence settings|mode|role`: how this server keeps its licences, and who may.
import type { OperationReply, OperationRequest } from '@parley/services/licensing/contract';
import { type Command, Option } from 'commander';
import { type Answer, table } from './answer.ts';
import { type CommonOptions, type Run, withCommonOptions } from './command.ts';
import { badUsage, count, given, numbered } from './licence-flags.ts';
import { money } from './licence-text.ts';
import { atTheDesk } from './licence-visit.ts';
import { findUser } from './visit.ts';

type Settings = OperationReply<'settings'>;
type Role = OperationRequest<'role-set'>['roles'][number];
interface SettingsOptions extends CommonOptions {
  readonly profile?: Settings['profile'];
  readonly tolerancePct?: number;
  readonly minExtra?: number;
  readonly graceDays?: number;
  readonly windowDays?: number;
  readonly clock?: Settings['clock'];
  readonly contact?: string;
  readonly currency?: string;
  readonly price?: Readonly<Record<string, number>>;
}

const MODES = ['honor', 'warn', 'enforce'];
const ROLES = ['manager', 'auditor', 'help-desk', 'seller'];

export function addSettingsCommands(licence: Command, run: Run): void {
  withCommonOptions(licence.command('settings'), [
    'parley licence settings',
    'parley licence settings --window-days 60 --contact "licences@example.com"',
    'parley licence settings --price parley-standard-cal:user:1=4000 --price parley-standard-cal:user:50=165000',
  ])
    .description('Show how licences are kept here, or change it')
    .addOption(
      new Option('--profile <profile>', 'by which reading of the rules').choices(['printed', 'corrected']),
    )
    .option('--tolerance-pct <percent>', 'how many percent more may begin before enforce refuses', count)
    .option('--min-extra <count>', 'but at least so many', count)
    .option('--grace-days <count>', 'days from the first day over the limit', count)
    .option('--window-days <count>', 'how long access counts and is kept', count)
    .addOption(
      new Option('--clock <clock>', 'from when the 90 days of rule S2 run').choices([
        'assignment',
        'reassignment',
      ]),
    )
    .option('--contact <text>', 'whom a refused person may ask')
    .option('--currency <code>', 'for example EUR')
    .option(
      '--price <sku:metric:pack=price>',
      'price of a pack in minor units; replaces that one price; may be repeated',
      numbered,
    )
    .action(run(settings));

  withCommonOptions(licence.command('mode <mode>'), ['parley licence mode warn'])
    .description('honor: record only; warn: tell who has no licence; enforce: refuse what needs one')
    .action(run(setMode));

  withCommonOptions(licence.command('role [address] [roles...]'), [
    'parley licence role',
    'parley licence role carol manager',
    'parley licence role carol none',
  ])
    .description(
      'Who has which licence role; or give a person exactly these: manager, auditor, help-desk, seller',
    )
    .action(run(role));
}

async function settings(options: SettingsOptions): Promise<Answer> {
  const { profile, tolerancePct, minExtra, graceDays, windowDays, clock, contact, currency, price } = options;
  const changes = given({ profile, tolerancePct, minExtra, graceDays, windowDays, clock, contact, currency });
  return await atTheDesk(options, async (desk) => {
    const before = await desk.operate('settings', {});
    const prices = price === undefined ? {} : { prices: withPrices(before.prices, price) };
    const isChange = Object.keys(changes).length > 0 || price !== undefined;
    const now = isChange ? await desk.operate('settings-change', { ...changes, ...prices }) : before;
    return { data: { settings: now }, text: settingsText(now) };
  });
}

type Price = Settings['prices'][number];

function withPrices(before: readonly Price[], changes: Readonly<Record<string, number>>): Price[] {
  const prices = new Map(before.map((each) => [priceKey(each), each]));
  for (const [key, price] of Object.entries(changes)) {
    const [sku, metric, pack, ...rest] = key.split(':');
    const isMetric = ['user', 'device', 'server', 'processor'].includes(metric ?? '');
    if (sku === undefined || pack === undefined || rest.length > 0 || !isMetric) {
      throw badUsage(
        `"${key}" is not of the form SKU:METRIC:PACK.`,
        'For example: parley-standard-cal:user:1=4000.',
      );
    }
    const entry = { sku, metric: metric as Price['metric'], packSize: count(pack), price };
    prices.set(priceKey(entry), entry);
  }
  return [...prices.values()];
}

function priceKey({ sku, metric, packSize }: Price): string {
  return `${sku}:${metric}:${packSize}`;
}

function settingsText(all: Settings): string[] {
  const prices = all.prices.map((each) => [
    `  ${each.sku}`,
    each.metric,
    `pack of ${each.packSize}`,
    money(each.price, all.currency),
  ]);
  return [
    ...table([
      ['Mode', all.mode],
      ['Profile', all.profile],
      ['Tolerance', `${all.tolerancePct} %, at least ${all.minExtra}`],
      ['Grace', `${all.graceDays} days`],
      ['Window', `${all.windowDays} days`],
      ['Clock of rule S2', `since the last ${all.clock}`],
      ['Contact', all.contact || '–'],
      ['Currency', all.currency],
    ]),
    ...(prices.length === 0 ? ['Prices: none'] : ['Prices:', ...table(prices)]),
  ];
}

async function setMode(mode: string, options: CommonOptions): Promise<Answer> {
  if (!MODES.includes(mode)) throw badUsage(`There is no mode "${mode}".`, `Choose ${MODES.join(', ')}.`);
  return await atTheDesk(options, async (desk) => {
    const now = await desk.operate('settings-change', { mode: mode as Settings['mode'] });
    const { unlicensed } = await desk.operate('position', {});
    const without = `Not covered now: people ${unlicensed.users}, devices ${unlicensed.devices}. Who: parley licence unlicensed`;
    return {
      data: { settings: now, unlicensed },
      text: [`The mode is ${now.mode}.`, ...(mode === 'honor' ? [] : [without])],
    };
  });
}

async function role(
  address: string | undefined,
  roles: readonly string[],
  options: CommonOptions,
): Promise<Answer> {
  const wanted = roles.filter((each) => each !== 'none');
  const unknown = wanted.find((each) => !ROLES.includes(each));
  if (unknown !== undefined)
    throw badUsage(`There is no role "${unknown}".`, `Choose from ${ROLES.join(', ')}, or none.`);
  return await atTheDesk(options, async (desk) => {
    if (address !== undefined && roles.length > 0) {
      const { userId } = await findUser(desk, address);
      await desk.operate('role-set', { userId, roles: wanted as Role[] });
    }
    const { people } = await desk.operate('role-list', {});
    const rows = people.map(({ name, roles: held }) => [name, held.join(', ')]);
    const nobody = ['Nobody has a licence role; administrators may do everything.'];
    return { data: { people }, text: rows.length === 0 ? nobody : table([['NAME', 'ROLES'], ...rows]) };
  });
}
