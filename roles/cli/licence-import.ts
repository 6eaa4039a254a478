// `parley licence import KIND FILE`: purchases, assignments, devices and access logs from CSV files.
import type { OperationReply, OperationRequest } from '@parley/services/licensing/contract';
import type { Command } from 'commander';
import { type Answer, EXIT } from './answer.ts';
import { type CommonOptions, type Run, withCommonOptions } from './command.ts';
import { badRows } from './licence-edges.ts';
import { badUsage } from './licence-flags.ts';
import { atTheDesk } from './licence-visit.ts';
import { readTextFile } from './read-file.ts';

type Kind = OperationRequest<'import'>['kind'];
type Report = OperationReply<'import'>;
interface ImportOptions extends CommonOptions {
  readonly dryRun?: boolean;
  readonly skipBad?: boolean;
}

const KINDS: Readonly<Record<Kind, string>> = {
  access: 'user, device, feature, time',
  'user-access-logging': 'the report of User Access Logging',
  'remote-desktop': 'the usage report of Remote Desktop Licensing',
  purchases: 'sku, metric, quantity, from, to, price, proof …',
  assignments: 'user or device, sku, from',
  devices: 'device, name, common area, licensable',
};
/** A million rows are read in seconds and written in a minute. */
const DEADLINE_MS = 600_000;

export function addImportCommand(licence: Command, run: Run): void {
  withCommonOptions(licence.command('import <kind> <file>'), [
    'parley licence import access march.csv --dry-run',
    'parley licence import purchases purchases.csv',
    'parley licence import access march.csv --skip-bad',
  ])
    .description('Read a CSV file: all of it, or nothing and the rows that are not in order')
    .option('--dry-run', 'only check')
    .option('--skip-bad', 'take the good rows and leave the others')
    .addHelpText(
      'after',
      [
        '',
        'Kinds, with their columns:',
        ...Object.entries(KINDS).map(([kind, what]) => `  ${kind}: ${what}`),
      ].join('\n'),
    )
    .action(run(importFile));
}

async function importFile(kind: string, file: string, options: ImportOptions): Promise<Answer> {
  if (!Object.hasOwn(KINDS, kind))
    throw badUsage(`There is no kind "${kind}".`, `Known: ${Object.keys(KINDS).join(', ')}.`);
  const csv = await readTextFile(file, {
    code: 'CLI_NOT_TEXT',
    remedy: 'Save it as "CSV UTF-8" in the spreadsheet program.',
  });
  const isDry = options.dryRun === true;
  return await atTheDesk(options, async (desk) => {
    const read = (dryRun: boolean) =>
      desk.operate('import', { kind: kind as Kind, csv, dryRun }, { deadlineMs: DEADLINE_MS });
    // Looked through first: without --skip-bad a file with one bad row changes nothing.
    const checked = await read(true);
    if (checked.rejected.length > 0 && options.skipBad !== true)
      throw badRows(`Nothing of ${file} was taken over`, checked.rejected);
    return answerOf(isDry ? checked : await read(false), file, isDry);
  });
}

function answerOf(report: Report, file: string, isDry: boolean): Answer {
  const { accepted, rejected } = report;
  const rows = accepted === 1 ? '1 row' : `${accepted} rows`;
  return {
    data: report,
    text: [
      isDry ? `${file}: ${rows} would be taken over.` : `${rows} of ${file} are taken over.`,
      ...rejected.map(({ line, sentence }) => `  line ${line} is left out: ${sentence}`),
    ],
    exitCode: rejected.length === 0 ? EXIT.done : EXIT.failed,
  };
}
