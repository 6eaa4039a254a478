// What every command has in common: its options, its examples, and how its answer gets out.
import type { Command } from 'commander';
import type { Answer } from './answer.ts';

/** Turns a function that answers into what commander calls. */
export type Run = <Args extends unknown[]>(
  command: (...given: Args) => Promise<Answer | undefined>,
) => (...given: Args) => Promise<void>;

export interface CommonOptions {
  readonly json?: boolean;
  readonly config?: string;
  readonly data?: string;
}

export function withCommonOptions(command: Command, examples: readonly string[]): Command {
  return command
    .option('--config <file>', 'configuration file (default: parley.yaml here or in the data directory)')
    .option('--data <directory>', 'data directory')
    .option('--json', 'answer with one JSON document')
    .addHelpText('after', ['', 'Examples:', ...examples.map((example) => `  ${example}`)].join('\n'));
}
