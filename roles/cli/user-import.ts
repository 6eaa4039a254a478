// `parley user import FILE.csv`: all rows or none, with a line number and a reason for every bad one.
import { type ImportReport, importUsers } from '@parley/services/identity/contract';
import type { Command } from 'commander';
import { type Answer, CommandFault, EXIT } from './answer.ts';
import { type CommonOptions, type Run, withCommonOptions } from './command.ts';
import { readTextFile } from './read-file.ts';
import { visit } from './visit.ts';

/** Hashing thousands of passwords takes its time. */
const DEADLINE_MS = 600_000;
const SHOWN_PROBLEMS = 50;

interface ImportOptions extends CommonOptions {
  readonly dryRun?: boolean;
}

export function addImportCommand(user: Command, run: Run): void {
  withCommonOptions(user.command('import <file>'), [
    'parley user import people.csv --dry-run',
    'parley user import people.csv',
  ])
    .description('Add users from a CSV file: all of them, or nobody if a row is bad')
    .option('--dry-run', 'only check')
    .addHelpText(
      'after',
      [
        '',
        'The first line names the columns, in any order: address, name, password, devicePassword, phone, title,',
        'department, office. address and name are needed. Separators are commas, semicolons or tabs; UTF-8.',
      ].join('\n'),
    )
    .action(run(importFile));
}

async function importFile(file: string, options: ImportOptions): Promise<Answer> {
  const text = await readTextFile(file, {
    code: 'IDENTITY_BAD_CSV',
    remedy: 'Save it as "CSV UTF-8" in the spreadsheet program.',
  });
  const { readPeople } = await import('@parley/services/identity/csv');
  const { rows, problems } = readPeople(text);
  if (rows.length === 0) throw refused(file, problems);
  const dryRun = options.dryRun === true;
  // With rows that cannot be read, the others are still checked, so that one run names everything.
  const request = { rows: [...rows], dryRun: dryRun || problems.length > 0 };
  const report = await visit(options, (here) => here.ask(importUsers, request, { deadlineMs: DEADLINE_MS }));
  const all = [...problems, ...report.problems].sort((one, other) => one.line - other.line);
  if (all.length > 0) throw refused(file, all);
  const people = report.imported === 1 ? '1 user' : `${report.imported} users`;
  const sentence = dryRun ? `${file} is good: ${people} would be added.` : `${people} added.`;
  return { data: report, text: [sentence] };
}

function refused(file: string, problems: readonly ImportReport['problems'][number][]): CommandFault {
  const shown = problems
    .slice(0, SHOWN_PROBLEMS)
    .map(({ line, column, reason }) => `line ${line}${column === '' ? '' : `, ${column}`}: ${reason}`);
  const hidden = problems.length - shown.length;
  return new CommandFault(
    {
      code: 'IDENTITY_BAD_CSV',
      sentence: `Nobody was added: ${file} has ${problems.length === 1 ? '1 problem' : `${problems.length} problems`}.`,
      remedy: 'Correct the rows and import the whole file again.',
    },
    {
      exitCode: EXIT.refused,
      details: hidden > 0 ? [...shown, `… and ${hidden} more (--json lists all)`] : shown,
      data: { imported: 0, problems },
    },
  );
}
