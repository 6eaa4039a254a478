// One question to the rules, without a server: what is given, by file or options, in the form of the case files, and the
// answer with the rules that it rests on. Used by the commands of `parley licence` that need no data directory.
import type { Command } from 'commander';
import { type Answer, CommandFault, EXIT } from './answer.ts';
import { type JsonOption, type Run, withJson } from './command.ts';
import { type Profile, withProfile } from './licence-flags.ts';
import { resultLines } from './licence-text.ts';
import { readObjectFile } from './read-file.ts';

export interface RuleOptions extends JsonOption {
  readonly profile: Profile;
  readonly explain?: boolean;
}
export type Given = Readonly<Record<string, unknown>>;

export function withRuleOptions(command: Command, examples: readonly string[]): Command {
  return withJson(
    withProfile(command).option('--explain', 'state every rule that the answer rests on, with its source'),
    examples,
  );
}

export function addEvaluateCommand(licence: Command, run: Run): void {
  withRuleOptions(licence.command('evaluate <operation> <file>'), [
    'parley licence evaluate windowsNeed estate.json',
    'echo \'{"owned":100,"monthlyPeak":[104,120],"unitPrice":10000}\' | parley licence evaluate trueUp -',
  ])
    .description(
      'Ask any rule by the name of its operation; the file holds what is given ("-": standard input)',
    )
    .action(
      run(async (operation: string, file: string, options: RuleOptions) =>
        ruleAnswer(operation, await readObjectFile(file), options),
      ),
    );
}

/** What the file says, and over it what the options say. */
export async function givenFrom(file: string | undefined, options: Given): Promise<Given> {
  return { ...(file === undefined ? {} : await readObjectFile(file)), ...options };
}

/** @throws {CommandFault} where the rules cannot work with what is given. */
export async function evaluate(operation: string, given: Given, profile: Profile): Promise<Given> {
  const { operations } = await import('@parley/services/licensing/cases');
  const answers = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
  if (answers === undefined) {
    const known = Object.keys(operations).sort().join(', ');
    const sentence = `The rules have no operation "${operation}".`;
    throw new CommandFault(
      { code: 'CLI_NO_SUCH_OPERATION', sentence, remedy: `Known: ${known}.` },
      { exitCode: EXIT.refused },
    );
  }
  let result: Given;
  try {
    result = (await answers(given, { profile })) as Given;
  } catch (error) {
    throw new CommandFault(
      {
        code: 'CLI_BAD_INPUT',
        sentence: `${operation} cannot work with what is given: ${error instanceof Error ? error.message : String(error)}.`,
        remedy: 'Compare it with the cases of this operation in spec/licensing/cases.json.',
      },
      { exitCode: EXIT.refused },
    );
  }
  await refuseFault(result);
  return result;
}

/** What no rule can work with; a refusal that the rules came to is an answer. */
const BAD_INPUT: ReadonlySet<number> = new Set([400, 404, 413, 422]);

async function refuseFault({ error, code = error, sentence }: Given): Promise<void> {
  const { licensingErrors } = await import('@parley/services/licensing/rules/fault');
  const { table } = licensingErrors;
  if (typeof code !== 'string' || !Object.hasOwn(table, code)) return;
  const row = table[code as keyof typeof table];
  if (!BAD_INPUT.has(row.http)) return;
  const fault = {
    code,
    sentence: typeof sentence === 'string' ? sentence : row.sentence,
    ...(row.remedy === undefined ? {} : { remedy: row.remedy }),
  };
  throw new CommandFault(fault, { exitCode: EXIT.refused });
}

export async function ruleAnswer(
  operation: string,
  given: Given,
  options: RuleOptions,
  say: (result: Given) => readonly string[] = resultLines,
): Promise<Answer> {
  const result = await evaluate(operation, given, options.profile);
  const rules = await ruleLines(result, options);
  return {
    data: { profile: options.profile, result },
    text: [...say(result), '', ...rules],
    exitCode: isNo(result) ? EXIT.failed : EXIT.done,
  };
}

/** "May this be?" answered with no is exit code 1, so that a script can ask. */
function isNo(result: Given): boolean {
  return ['allowed', 'licensed', 'valid', 'compliant', 'compatible'].some((key) => result[key] === false);
}

async function ruleLines(result: Given, { explain, profile }: RuleOptions): Promise<string[]> {
  const rules = Array.isArray(result['rules']) ? (result['rules'] as readonly string[]) : [];
  const doubt =
    result['discrepancy'] === true
      ? [
          `The documents are doubtful here; this is the answer of the profile "${profile}". Compare: --profile ${profile === 'printed' ? 'corrected' : 'printed'}.`,
        ]
      : [];
  if (rules.length === 0) return doubt;
  if (explain !== true) return [`Rules: ${rules.join(', ')} (--explain states them)`, ...doubt];
  const { statementLines } = await import('./licence-rules.ts');
  return ['Rules:', ...(await statementLines(rules)), ...doubt];
}
