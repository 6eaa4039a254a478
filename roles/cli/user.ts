// `parley user …`: people and their passwords, beside a running Parley or without one.
import { setPassword, signOutEverywhere } from '@parley/services/authentication/contract';
import { createUser, listUsers, setDisabled, type User } from '@parley/services/identity/contract';
import type { Command } from 'commander';
import { type Answer, CommandFault, EXIT, table } from './answer.ts';
import { type CommonOptions, type Run, withCommonOptions } from './command.ts';
import { generatePassword, passwordFromInput, passwordLines } from './secret.ts';
import { addDeviceCommands } from './user-device.ts';
import { addImportCommand } from './user-import.ts';
import { findUser, fullAddress, type Visit, visit } from './visit.ts';

const PAGE = 500;

interface AddOptions extends CommonOptions {
  readonly name: string;
  readonly title?: string;
  readonly department?: string;
  readonly office?: string;
  readonly phone?: string;
  readonly administrator?: boolean;
  readonly passwordStdin?: boolean;
}
interface PasswordOptions extends CommonOptions {
  readonly passwordStdin?: boolean;
}
interface ListOptions extends CommonOptions {
  readonly query?: string;
}

const STDIN_TEXT = 'take the password from standard input instead of making one';

export function addUserCommands(program: Command, run: Run): void {
  const user = program.command('user').description('Add, list and change users and their devices');

  withCommonOptions(user.command('add <address>'), [
    'parley user add bob --name "Bob Baker" --department Sales',
    'parley user add alice@example.com --name "Alice Archer" --administrator --password-stdin < password.txt',
  ])
    .description('Add a user; the password is made and shown once')
    .requiredOption('--name <name>', 'display name')
    .option('--title <title>', 'job title')
    .option('--department <department>', 'department')
    .option('--office <office>', 'office')
    .option('--phone <number>', 'telephone number, for example +498912345')
    .option('--administrator', 'may administer this server')
    .option('--password-stdin', STDIN_TEXT)
    .action(run(add));

  withCommonOptions(user.command('list'), ['parley user list', 'parley user list --query sales --json'])
    .description('List users')
    .option('--query <text>', 'only those whose name, department, address or number matches')
    .action(run(list));

  addImportCommand(user, run);

  withCommonOptions(user.command('disable <address>'), ['parley user disable bob'])
    .description('Keep a user from signing in, and end the sign-ins there are')
    .action(run((address: string, options: CommonOptions) => switchUser(address, options, true)));
  withCommonOptions(user.command('enable <address>'), ['parley user enable bob'])
    .description('Let a disabled user sign in again')
    .action(run((address: string, options: CommonOptions) => switchUser(address, options, false)));

  withCommonOptions(user.command('reset-password <address>'), [
    'parley user reset-password bob',
    'parley user reset-password bob --password-stdin < password.txt',
  ])
    .description('Set a new password, end the sign-ins there are, and unlock the account')
    .option('--password-stdin', STDIN_TEXT)
    .action(run(resetPassword));

  addDeviceCommands(user, run);
}

async function newPassword(
  fromInput: boolean | undefined,
): Promise<{ password: string; shown: string | undefined }> {
  if (fromInput === true) return { password: await passwordFromInput(), shown: undefined };
  const password = generatePassword();
  return { password, shown: password };
}

async function add(address: string, options: AddOptions): Promise<Answer> {
  const { password, shown } = await newPassword(options.passwordStdin);
  const { name, title, department, office, phone, administrator } = options;
  return await visit(options, async (here) => {
    const user = await here.ask(createUser, {
      address: fullAddress(address, here),
      name,
      ...(title === undefined ? {} : { title }),
      ...(department === undefined ? {} : { department }),
      ...(office === undefined ? {} : { office }),
      ...(phone === undefined ? {} : { phone }),
      ...(administrator === undefined ? {} : { administrator }),
    });
    await setFirstPassword(here, user, password);
    return {
      data: { user, ...(shown === undefined ? {} : { password: shown }) },
      text: [`${user.address} is added.`, ...passwordLines(shown)],
    };
  });
}

/** The user is there even if the password is refused: the answer says how to go on. */
async function setFirstPassword(here: Visit, user: User, password: string): Promise<void> {
  const set = await here.bus.call(setPassword, { userId: user.userId, password });
  if (set.ok) return;
  throw new CommandFault(
    {
      code: set.fault.code,
      sentence: `${user.address} is added, but has no password yet: ${set.fault.sentence}`,
      remedy: `${set.fault.remedy ?? ''} Then: parley user reset-password ${user.address}`.trim(),
    },
    { exitCode: EXIT.refused, data: { user } },
  );
}

async function list(options: ListOptions): Promise<Answer> {
  return await visit(options, async (here) => {
    const users: User[] = [];
    let after: string | undefined;
    do {
      const page = await here.ask(listUsers, {
        limit: PAGE,
        ...(options.query === undefined ? {} : { query: options.query }),
        ...(after === undefined ? {} : { after }),
      });
      users.push(...page.users);
      after = page.next;
    } while (after !== undefined);
    const rows = users.map(({ address, name, department, phone, administrator, disabled }) => [
      address,
      name,
      department,
      phone,
      [administrator ? 'administrator' : '', disabled ? 'disabled' : ''].filter(Boolean).join(', '),
    ]);
    const text =
      users.length === 0 ? ['Nobody.'] : table([['ADDRESS', 'NAME', 'DEPARTMENT', 'PHONE', ''], ...rows]);
    return { data: { users }, text };
  });
}

async function switchUser(address: string, options: CommonOptions, disabled: boolean): Promise<Answer> {
  return await visit(options, async (here) => {
    const { userId } = await findUser(here, address);
    const user = await here.ask(setDisabled, { userId, disabled });
    const ended = disabled ? (await here.ask(signOutEverywhere, { userId })).ended : 0;
    const text = disabled
      ? `${user.address} is disabled; ${ended} sign-ins ended.`
      : `${user.address} is enabled.`;
    return { data: { user, ended }, text: [text] };
  });
}

async function resetPassword(address: string, options: PasswordOptions): Promise<Answer> {
  const { password, shown } = await newPassword(options.passwordStdin);
  return await visit(options, async (here) => {
    const user = await findUser(here, address);
    await here.ask(setPassword, { userId: user.userId, password });
    const { ended } = await here.ask(signOutEverywhere, { userId: user.userId });
    return {
      data: { user, ended, ...(shown === undefined ? {} : { password: shown }) },
      text: [`${user.address} has a new password; ${ended} sign-ins ended.`, ...passwordLines(shown)],
    };
  });
}
