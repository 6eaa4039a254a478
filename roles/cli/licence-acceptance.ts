// `parley licence cases FILE`: checks the rules against cases that anybody may write (docs/licensing.md).
import type { Command } from 'commander';
import { type Answer, EXIT, granted } from './answer.ts';
import { type JsonOption, type Run, withJson } from './command.ts';
import { readTextFile } from './read-file.ts';

interface CasesOptions extends JsonOption {
  readonly only?: string;
}

export function addCasesCommand(licence: Command, run: Run): void {
  withJson(licence.command('cases <file>'), [
    'parley licence cases spec/licensing/cases.json',
    'parley licence cases my-cases.json --only OPT --json',
  ])
    .description('Run a file of cases against the rules; exit code 1 if one fails')
    .option('--only <text>', 'only the cases whose id or operation begins with this')
    .action(run(runFile));
}

async function runFile(file: string, { only }: CasesOptions): Promise<Answer> {
  const text = await readTextFile(file);
  const { operations, readCases, runCases } = await import('@parley/services/licensing/cases');
  const cases = granted(readCases(text));
  const { passed, failures } = await runCases(cases, {
    operations,
    ...(only === undefined ? {} : { only: ({ id, op }) => id.startsWith(only) || op.startsWith(only) }),
  });
  const total = passed + failures.length;
  return {
    data: { ok: failures.length === 0, passed, failed: failures.length, failures },
    text: [
      ...failures.map(({ id, profile, text: reason }) => `FAIL ${id} (${profile}): ${reason}`),
      failures.length === 0 ? `All ${total} runs pass.` : `${failures.length} of ${total} runs fail.`,
    ],
    exitCode: failures.length === 0 ? EXIT.done : EXIT.failed,
  };
}
