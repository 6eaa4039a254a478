// `parley licence servers|server|device`: server licences of a topology or of the servers recorded here, and devices that
// stand in common areas or belong to somebody else.
import { type Command, Option } from 'commander';
import { type Answer, EXIT, table } from './answer.ts';
import { type CommonOptions, type Run, withCommonOptions } from './command.ts';
import { givenFrom, ruleAnswer } from './licence-evaluate.ts';
import { badUsage, given, type Profile, repeated, withProfile } from './licence-flags.ts';
import { removing } from './licence-remove.ts';
import { atTheDesk } from './licence-visit.ts';

interface ServersOptions extends CommonOptions {
  readonly profile: Profile;
  readonly explain?: boolean;
  readonly edition?: string;
  readonly ose?: readonly string[];
  readonly pool?: boolean;
}
interface ServerOptions extends CommonOptions {
  readonly host?: string;
  readonly edition: 'standard' | 'enterprise';
  readonly roles: string;
}
interface DeviceOptions extends CommonOptions {
  readonly name: string;
  readonly commonArea?: boolean;
  readonly licensable: boolean;
}

export function addServerCommands(licence: Command, run: Run): void {
  withProfile(
    withCommonOptions(licence.command('servers [file]'), [
      'parley licence servers',
      'parley licence servers --edition enterprise --ose ose1=front-end --ose ose2=edge,mediation',
      'parley licence servers topology.json --explain',
    ]),
  )
    .description(
      'Server licences that a topology needs; without a file or --ose: those of the servers recorded here',
    )
    .option('--edition <edition>', 'standard or enterprise')
    .option('--ose <id=role,role>', 'an operating system with its roles; may be repeated', repeated)
    .option('--pool', 'the front ends form a pool')
    .option('--explain', 'with a topology: state every rule')
    .action(run(servers));

  const server = licence.command('server').description('Servers as they are recorded here');
  withCommonOptions(server.command('put <id>'), [
    'parley licence server put fe1 --host host1 --edition enterprise --roles front-end,web-components',
  ])
    .description('Record a server, or change one')
    .option('--host <name>', 'the machine that it runs on')
    .addOption(
      new Option('--edition <edition>', 'of the server')
        .choices(['standard', 'enterprise'])
        .default('standard'),
    )
    .requiredOption('--roles <role,role>', 'what it does')
    .action(run(putServer));
  withCommonOptions(server.command('remove <id>'), ['parley licence server remove fe1'])
    .description('Remove a server')
    .option('--reason <text>', 'for the audit', '')
    .action(
      run((oseId: string, options: CommonOptions) =>
        removing(options, 'ose-remove', { oseId }, 'The server is removed.'),
      ),
    );

  const device = licence.command('device').description('Devices as licensing knows them');
  withCommonOptions(device.command('put <id>'), [
    'parley licence device put lobby-1 --name "Lobby phone" --common-area',
  ])
    .description('Name a device, or say that it stands in a common area')
    .requiredOption('--name <name>', 'what it is called')
    .option('--common-area', 'nobody in particular uses it')
    .option('--no-licensable', 'it belongs to a partner: who uses it needs a user CAL')
    .action(run(putDevice));
  withCommonOptions(device.command('remove <id>'), ['parley licence device remove lobby-1'])
    .description('Forget a device')
    .option('--reason <text>', 'for the audit', '')
    .action(
      run((deviceId: string, options: CommonOptions) =>
        removing(options, 'device-remove', { deviceId }, 'The device is forgotten.'),
      ),
    );
}

async function servers(file: string | undefined, options: ServersOptions): Promise<Answer> {
  const { edition, ose, pool } = options;
  if (file === undefined && ose === undefined) return recorded(options);
  const asked = given({ edition, pool, oses: ose?.map(oseOf) });
  return ruleAnswer('serverLicences', await givenFrom(file, asked), options);
}

function oseOf(text: string): { readonly id: string; readonly roles: readonly string[] } {
  const [, id, roles] = /^([^=]+)=([^=]+)$/.exec(text) ?? [];
  if (id !== undefined && roles !== undefined) return { id, roles: rolesOf(roles) };
  throw badUsage(
    `"${text}" is not of the form ID=ROLE,ROLE.`,
    'For example: --ose ose1=front-end,monitoring.',
  );
}

function rolesOf(text: string): string[] {
  return text
    .split(',')
    .map((role) => role.trim())
    .filter((role) => role !== '');
}

function recorded(options: ServersOptions): Promise<Answer> {
  return atTheDesk(options, async (desk) => {
    const answer = await desk.operate('servers', {});
    const rows = answer.oses.map((each) => [
      each.oseId,
      each.host,
      each.edition,
      each.roles.join(', '),
      each.running ? 'running' : '',
    ]);
    const { needed, owned, violations } = answer;
    const good = owned >= needed && violations.length === 0;
    return {
      data: answer,
      text: [
        ...(rows.length === 0
          ? ['No server is recorded.']
          : table([['ID', 'HOST', 'EDITION', 'ROLES', ''], ...rows])),
        '',
        `${needed} server licences needed, ${owned} owned.`,
        ...violations.map((each) => `Not as it must be: ${each}.`),
        `Rules: ${answer.rules.join(', ')}`,
      ],
      exitCode: good ? EXIT.done : EXIT.failed,
    };
  });
}

function putServer(oseId: string, { host = '', edition, roles, ...options }: ServerOptions): Promise<Answer> {
  return atTheDesk(options, async (desk) => {
    const ose = { oseId, host, edition, roles: rolesOf(roles) };
    await desk.operate('ose-put', ose);
    return { data: ose, text: [`The server ${oseId} is recorded.`] };
  });
}

function putDevice(deviceId: string, options: DeviceOptions): Promise<Answer> {
  const device = {
    deviceId,
    name: options.name,
    commonArea: options.commonArea === true,
    licensable: options.licensable,
  };
  return atTheDesk(options, async (desk) => {
    await desk.operate('device-put', device);
    return { data: device, text: [`The device "${device.name}" is recorded.`] };
  });
}
