// `parley user device add|list|revoke`: phones and their passwords.
import { addDevice, type Device, listDevices, revokeDevice } from '@parley/services/authentication/contract';
import type { Command } from 'commander';
import { type Answer, CommandFault, EXIT, table } from './answer.ts';
import { type CommonOptions, type Run, withCommonOptions } from './command.ts';
import { passwordFromInput, passwordLines } from './secret.ts';
import { findUser, visit } from './visit.ts';

const DAY_MS = 86_400_000;

interface AddOptions extends CommonOptions {
  readonly name: string;
  readonly expiresDays?: string;
  readonly passwordStdin?: boolean;
}

export function addDeviceCommands(user: Command, run: Run): void {
  const device = user.command('device').description('Phones of a user: each has a password of its own');

  withCommonOptions(device.command('add <address>'), [
    'parley user device add bob --name "Desk phone"',
    'parley user device add bob --name Softphone --expires-days 90 --json',
  ])
    .description('Add a phone; its password is made and shown once')
    .requiredOption('--name <name>', 'what the phone is called')
    .option('--expires-days <days>', 'end the password after so many days')
    .option('--password-stdin', 'take the password from standard input instead of making one')
    .action(run(add));

  withCommonOptions(device.command('list <address>'), ['parley user device list bob'])
    .description('List the phones of a user')
    .action(run(list));

  withCommonOptions(device.command('revoke <address> <device>'), [
    'parley user device revoke bob "Desk phone"',
  ])
    .description('End the password of a phone, given by name or identifier')
    .action(run(revoke));
}

async function add(address: string, options: AddOptions): Promise<Answer> {
  const days = options.expiresDays === undefined ? undefined : wholeDays(options.expiresDays);
  const password = options.passwordStdin === true ? await passwordFromInput() : undefined;
  return await visit(options, async (here) => {
    const user = await findUser(here, address);
    const added = await here.ask(addDevice, {
      userId: user.userId,
      name: options.name,
      ...(days === undefined ? {} : { expiresAt: Date.now() + days * DAY_MS }),
      ...(password === undefined ? {} : { password }),
    });
    const shown = password === undefined ? added.password : undefined;
    return {
      data: { user, device: added.device, ...(shown === undefined ? {} : { password: shown }) },
      text: [
        `The phone "${options.name}" of ${user.address} is added.`,
        `User name: ${user.address.split('@')[0]}`,
        ...passwordLines(shown),
      ],
    };
  });
}

function wholeDays(text: string): number {
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text);
  const sentence = `"${text}" is not a number of days.`;
  const remedy = 'Give a whole number from 1 to 99999.';
  throw new CommandFault({ code: 'CLI_BAD_USAGE', sentence, remedy }, { exitCode: EXIT.badUsage });
}

async function list(address: string, options: CommonOptions): Promise<Answer> {
  return await visit(options, async (here) => {
    const user = await findUser(here, address);
    const { devices } = await here.ask(listDevices, { userId: user.userId });
    const rows = devices.map((device) => [
      device.name,
      device.deviceId,
      day(device.expiresAt),
      day(device.lastUsedAt),
    ]);
    const text =
      devices.length === 0
        ? ['No phones.']
        : table([['NAME', 'IDENTIFIER', 'EXPIRES', 'LAST USED'], ...rows]);
    return { data: { user, devices }, text };
  });
}

function day(at: number | null): string {
  return at === null ? 'never' : new Date(at).toISOString().slice(0, 10);
}

async function revoke(address: string, wanted: string, options: CommonOptions): Promise<Answer> {
  return await visit(options, async (here) => {
    const user = await findUser(here, address);
    const { devices } = await here.ask(listDevices, { userId: user.userId });
    const { deviceId, name } = pick(devices, wanted);
    await here.ask(revokeDevice, { userId: user.userId, deviceId });
    return {
      data: { user, deviceId },
      text: [`The phone "${name}" of ${user.address} cannot sign in any more.`],
    };
  });
}

function pick(devices: readonly Device[], wanted: string): Device {
  const found = devices.filter(({ deviceId, name }) => deviceId === wanted || name === wanted);
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const fault =
    only === undefined
      ? {
          code: 'AUTHENTICATION_NO_SUCH_DEVICE',
          sentence: `There is no phone "${wanted}".`,
          remedy: `Known: ${devices.map(({ name }) => name).join(', ') || 'none'}.`,
        }
      : {
          code: 'CLI_AMBIGUOUS_DEVICE',
          sentence: `Several phones are called "${wanted}".`,
          remedy: 'Name the identifier that `parley user device list` shows.',
        };
  throw new CommandFault(fault, { exitCode: EXIT.refused });
}
