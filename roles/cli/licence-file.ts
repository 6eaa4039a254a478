// `parley licence file install|list|remove` and `key pin|list|remove`: licence files and trusted keys of this server.
import type { Command } from 'commander';
import { type Answer, table } from './answer.ts';
import { type CommonOptions, type Run, withCommonOptions } from './command.ts';
import { given } from './licence-flags.ts';
import { addIssuerCommands } from './licence-issuer.ts';
import { removing } from './licence-remove.ts';
import { addVerifyCommand } from './licence-verify.ts';
import { atTheDesk } from './licence-visit.ts';
import { readTextFile } from './read-file.ts';

interface InstallOptions extends CommonOptions {
  readonly dryRun?: boolean;
}
interface PinOptions extends CommonOptions {
  readonly name: string;
}

export function addFileCommands(licence: Command, run: Run): void {
  const file = licence
    .command('file')
    .description('Signed licence files: issue them, verify them, install them');
  addIssuerCommands(file, run);
  addVerifyCommand(file, run);

  withCommonOptions(file.command('install <file>'), [
    'parley licence file install sales.licence --dry-run',
    'parley licence file install sales.licence',
  ])
    .description('Verify a licence file and install it; what it grants joins the stock')
    .option('--dry-run', 'only verify')
    .action(run(install));
  withCommonOptions(file.command('list'), ['parley licence file list'])
    .description('Installed files with their state, and pinned keys')
    .action(run(list));
  withCommonOptions(file.command('remove <id>'), ['parley licence file remove 12ab… --reason "replaced"'])
    .description('Remove a file and what it granted')
    .option('--reason <text>', 'for the audit', '')
    .action(
      run((fileId: string, options: CommonOptions) =>
        removing(options, 'file-remove', { fileId }, 'The file and what it granted are removed.'),
      ),
    );

  const key = licence.command('key').description('Keys of issuers that this server trusts');
  withCommonOptions(key.command('pin <name> <hex>'), [
    'parley licence key pin our-key-1 d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a --name "Example IT"',
  ])
    .description('Trust the key of an issuer; compare it with the issuer by another way first')
    .option('--name <text>', 'whose key it is', '')
    .action(run(pin));
  withCommonOptions(key.command('list'), ['parley licence key list'])
    .description('Pinned keys')
    .action(run(list));
  withCommonOptions(key.command('remove <name>'), ['parley licence key remove our-key-1'])
    .description('Trust a key no more')
    .option('--reason <text>', 'for the audit', '')
    .action(
      run((kid: string, options: CommonOptions) =>
        removing(options, 'key-remove', { kid }, 'The key is not trusted any more.'),
      ),
    );
}

async function install(path: string, { dryRun, ...options }: InstallOptions): Promise<Answer> {
  const text = await readTextFile(path);
  return await atTheDesk(options, async (desk) => {
    const file = await desk.operate('file-install', { text, ...given({ dryRun }) });
    const until = file.notAfter === null ? 'without end' : `until ${file.notAfter}`;
    const what = dryRun === true ? 'is good and would be installed' : 'is installed';
    return {
      data: { file, dryRun: dryRun === true },
      text: [`The licence file of ${file.issuer} for ${file.customer} ${what}: ${until}.`],
    };
  });
}

async function list(options: CommonOptions): Promise<Answer> {
  return await atTheDesk(options, async (desk) => {
    const { files, keys, warnings } = await desk.operate('files', {});
    const rows = files.map((each) => [
      each.fileId,
      each.issuer,
      each.customer,
      each.state,
      each.notAfter ?? 'no end',
      each.kid,
    ]);
    const pins = keys.map(({ kid, name, publicKey }) => [`  ${kid}`, name, publicKey]);
    return {
      data: { files, keys, warnings },
      text: [
        ...(rows.length === 0
          ? ['No licence file is installed.']
          : table([['ID', 'ISSUER', 'CUSTOMER', 'STATE', 'UNTIL', 'KEY'], ...rows])),
        ...(pins.length === 0 ? ['No key is pinned.'] : ['Pinned keys:', ...table(pins)]),
        ...warnings.map((warning) => `Warning: ${warning}`),
      ],
    };
  });
}

async function pin(kid: string, hex: string, { name, ...options }: PinOptions): Promise<Answer> {
  return await atTheDesk(options, async (desk) => {
    const key = { kid, publicKey: hex.toLowerCase(), name };
    await desk.operate('key-pin', key);
    return { data: key, text: [`Files signed with the key ${kid} are trusted from now on.`] };
  });
}
