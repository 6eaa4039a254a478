// What every command has in common: its options, its examples, and how its answer gets out.
import type { Command } from 'commander';
import type { Answer } from './answer.ts';

/** Turns a function that answers into what commander calls. */
export type Run = <Args extends unknown[]>(
  command: (...given: Args) => Promise<Answer | undefined>,
) => (...given: Args) => Promise<void>;

export interface JsonOption {
  readonly json?: boolean;
}

export interface CommonOptions extends JsonOption {
  readonly config?: string;
  readonly data?: string;
}

export function withCommonOptions(command: Command, examples: readonly string[]): Command {
  command
    .option('--config <file>', 'configuration file (default: parley.yaml here or in the data directory)')
    .option('--data <directory>', 'data directory');
  return withJson(command, examples);
}

/** For a command that needs neither configuration nor data. */
export function withJson(command: Command, examples: readonly string[]): Command {
  return command
    .option('--json', 'answer with one JSON document')
    .addHelpText('after', ['', 'Examples:', ...examples.map((example) => `  ${example}`)].join('\n'));
}
