// `parley licence check`: may somebody with these licences use a feature, and why.
import { type Command, Option } from 'commander';
import type { Answer } from './answer.ts';
import type { Run } from './command.ts';
import { type Given, type RuleOptions, ruleAnswer, withRuleOptions } from './licence-evaluate.ts';
import { badUsage, given } from './licence-flags.ts';
import { inWords, resultLines } from './licence-text.ts';

interface CheckOptions extends RuleOptions {
  readonly feature?: string;
  readonly holds?: readonly string[];
  readonly deviceHolds?: readonly string[];
  readonly actor: string;
  readonly auth: string;
  readonly via?: string;
  readonly scenario?: string;
  readonly server: string;
  readonly edition: string;
  readonly person: boolean;
  readonly externalConnector?: boolean;
}

const ACTORS = ['internal', 'external', 'federated', 'public-im', 'pstn', 'non-ocs'];
const AUTHENTICATIONS = ['ad', 'partner', 'provider', 'none'];

export function addCheckCommand(licence: Command, run: Run): void {
  withRuleOptions(licence.command('check'), [
    'parley licence check --feature im --holds parley-standard-cal',
    'parley licence check --feature delegation --device-holds parley-standard-cal parley-enterprise-cal --no-person',
    'parley licence check --holds ecal-suite --server ocs2007r2',
    'parley licence check --feature web-conferencing --scenario attend-conference --actor external --auth none --explain',
  ])
    .description(
      'May somebody with these licences use a feature? Without --feature: all 19; exit code 1 for no',
    )
    .option('--feature <feature>', 'see: parley licence catalogue')
    .option('--holds <sku...>', 'licences of the person')
    .option('--device-holds <sku...>', 'licences of the device')
    .addOption(new Option('--actor <kind>', 'who asks').choices(ACTORS).default('internal'))
    .addOption(
      new Option('--auth <how>', 'how the person signed in; ad: our own directory')
        .choices(AUTHENTICATIONS)
        .default('ad'),
    )
    .option('--via <way>', 'the way in, for example edge-internet or service-account-gateway')
    .option('--scenario <scenario>', 'for example attend-conference, im-with-public-network')
    .option('--server <release>', 'release of the server', 'parley1')
    .option('--edition <edition>', 'edition of the server', 'standard')
    .option('--external-connector', 'the server has an External Connector')
    .option('--no-person', 'nobody in particular: a phone in a common area')
    .action(run(check));
}

async function check(options: CheckOptions): Promise<Answer> {
  const { releaseById, releases } = await import('@parley/services/licensing/rules/catalogue');
  const release = releaseById(options.server);
  if (release === undefined) {
    const known = releases.map(({ id }) => id).join(', ');
    throw badUsage(`There is no server release "${options.server}".`, `Known: ${known}.`);
  }
  const request = {
    server: { product: release.family, version: release.version, edition: options.edition },
    actor: {
      kind: options.actor,
      auth: options.auth,
      ...given({ via: options.via, user: options.person ? undefined : null }),
    },
    user: options.holds ?? [],
    device: options.deviceHolds ?? [],
    ...given({
      feature: options.feature,
      scenario: options.scenario,
      externalConnector: options.externalConnector,
    }),
  };
  if (options.feature === undefined) return ruleAnswer('checkAccessAll', request, options, allLines);
  return ruleAnswer('checkAccess', request, options, oneLines);
}

function allLines(result: Given): string[] {
  return [
    `Allowed (${result['allowedCount']}): ${listOf(result['allowed'])}`,
    `Not allowed (${result['deniedCount']}): ${listOf(result['denied'])}`,
  ];
}

function oneLines(result: Given): string[] {
  const { allowed, required, missing, coveredBy, reason, ...rest } = result;
  const verdict = allowed === true ? 'Allowed' : 'Not allowed';
  const why = typeof reason === 'string' ? `: ${inWords(reason.replaceAll('-', ' ')).toLowerCase()}` : '';
  return [
    `${verdict}${why}.`,
    ...resultLines({ required, missing, coveredBy, ...rest }).map((line) => `  ${line}`),
  ];
}

function listOf(value: unknown): string {
  return Array.isArray(value) && value.length > 0 ? value.join(', ') : 'none';
}
