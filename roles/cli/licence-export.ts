// `parley licence export WHAT` and `swid`: the licences of this server for other programs and for whoever audits them.
import { writeFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { version } from '../version.ts';
import { type Answer, CommandFault } from './answer.ts';
import { type CommonOptions, type JsonOption, type Run, withCommonOptions, withJson } from './command.ts';
import { badUsage, day, given } from './licence-flags.ts';
import { assignments, audit, devices, evidence, purchases, users } from './licence-registers.ts';
import { atTheDesk, type Desk } from './licence-visit.ts';

interface ExportOptions extends CommonOptions {
  readonly out?: string;
  readonly asOf?: string;
  readonly format?: string;
}
interface SwidOptions extends JsonOption {
  readonly edition: 'standard' | 'enterprise';
}
type Make = (desk: Desk, options: ExportOptions) => Promise<string | Uint8Array>;

/** What can be written, each with what it is. */
const KINDS: Readonly<Record<string, readonly [what: string, make: Make]>> = {
  position: ['the effective licence position: HTML to print, PDF or JSON', position],
  entitlements: ['purchases as XML in the style of ISO/IEC 19770-3', entitlements],
  users: ['people as CSV', users],
  devices: ['devices as CSV', devices],
  purchases: ['purchases as CSV, as import reads them', purchases],
  assignments: ['licences in force as CSV, as import reads them', assignments],
  evidence: ['who used what from where, as CSV', evidence],
  audit: ['what was done, as CSV', audit],
};

export function addExportCommands(licence: Command, run: Run): void {
  withCommonOptions(licence.command('export <what>'), [
    'parley licence export position --out position.pdf',
    'parley licence export position --format html > position.html',
    'parley licence export evidence --out evidence.csv',
  ])
    .description('Write the position, a register or the audit for other programs')
    .option('--out <file>', 'where it goes (default: standard output)')
    .option('--as-of <day>', 'of the position: as it was on this day', day)
    .addOption(
      new Option('--format <format>', 'of the position (default: by the name of --out, else html)').choices([
        'html',
        'json',
        'pdf',
      ]),
    )
    .addHelpText(
      'after',
      ['', 'What:', ...Object.entries(KINDS).map(([name, [what]]) => `  ${name}: ${what}`)].join('\n'),
    )
    .action(run(exportWhat));

  withJson(licence.command('swid'), ['parley licence swid > parley.swidtag'])
    .description('The SWID tag of this Parley, for tools that take inventory')
    .addOption(
      new Option('--edition <edition>', 'of this server')
        .choices(['standard', 'enterprise'])
        .default('standard'),
    )
    .action(run(swid));
}

async function exportWhat(what: string, options: ExportOptions): Promise<Answer> {
  const kind = Object.hasOwn(KINDS, what) ? KINDS[what] : undefined;
  if (kind === undefined)
    throw badUsage(`There is no export "${what}".`, `Known: ${Object.keys(KINDS).join(', ')}.`);
  const { out } = options;
  if (out === undefined && formatOf(options) === 'pdf')
    throw badUsage('A PDF is not for a terminal.', 'Name a file: --out position.pdf.');
  const content = await atTheDesk(options, (desk) => kind[1](desk, options));
  if (out === undefined) {
    const text = String(content);
    return { data: { content: text }, text: text.trimEnd().split('\n') };
  }
  try {
    await writeFile(out, content);
  } catch (error) {
    const sentence = `${out} cannot be written (${(error as NodeJS.ErrnoException).code}).`;
    throw new CommandFault({ code: 'CLI_NOT_WRITTEN', sentence, remedy: 'Check the folder and its rights.' });
  }
  return { data: { what, out, bytes: Buffer.byteLength(content) }, text: [`Written: ${out}`] };
}

function formatOf({ format, out = '' }: ExportOptions): string {
  return format ?? /\.(html|json|pdf)$/i.exec(out)?.[1]?.toLowerCase() ?? 'html';
}

async function position(desk: Desk, options: ExportOptions): Promise<string | Uint8Array> {
  const asked = given({ asOf: options.asOf });
  const document = {
    organisation: desk.config.domain,
    madeAt: new Date().toISOString(),
    position: await desk.operate('position', asked),
    ...(await desk.operate('stock', asked)),
  };
  const format = formatOf(options);
  if (format === 'pdf')
    return (await import('@parley/services/licensing/position-pdf')).positionPdf(document);
  if (format === 'json')
    return (await import('@parley/services/licensing/rules/exchange/position')).positionJson(document);
  return (await import('@parley/services/licensing/rules/exchange/position-html')).positionHtml(document);
}

async function entitlements(desk: Desk): Promise<string> {
  const { entitlementXml } = await import('@parley/services/licensing/rules/exchange/entitlement');
  const { swidTagId } = await import('@parley/services/licensing/rules/exchange/swid');
  const { hostName, domain } = desk.config;
  const parley = swidTagId({ name: 'Parley', version, edition: 'standard' });
  return entitlementXml({
    creator: hostName,
    owner: domain,
    madeAt: new Date().toISOString(),
    ...(await desk.operate('stock', {})),
    swidTags: { parley },
  });
}

async function swid({ edition }: SwidOptions): Promise<Answer> {
  const { swidTag, swidTagId } = await import('@parley/services/licensing/rules/exchange/swid');
  const product = { name: 'Parley', version, edition };
  const tag = swidTag(product);
  return { data: { tagId: swidTagId(product), tag }, text: tag.trimEnd().split('\n') };
}
