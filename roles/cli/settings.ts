// The configuration as the command line loads it: with --config and --data, and with known roles only.
import { resolve } from 'node:path';
import { type Config, type ConfigProblem, type ConfigSources, loadConfig } from '@parley/platform/host';
import { roleNames, unknownRole } from '../index.ts';
import { CommandFault, EXIT } from './answer.ts';

export interface SettingsOptions {
  readonly config?: string;
  readonly data?: string;
  readonly role?: readonly string[];
}

export interface Settings {
  readonly config: Config;
  readonly file: string | undefined;
  readonly warnings: readonly ConfigProblem[];
}

/** @throws {CommandFault} with every problem of every source, exit code 3. */
export async function loadSettings(options: SettingsOptions): Promise<Settings> {
  const sources: ConfigSources = {
    ...(options.config === undefined ? {} : { file: options.config }),
    options: {
      ...(options.data === undefined ? {} : { data: resolve(options.data) }),
      ...(options.role === undefined ? {} : { roles: options.role }),
    },
  };
  const loaded = await loadConfig(sources);
  if (!loaded.ok) throw refusedConfig(loaded.problems);
  const source = options.role === undefined ? (loaded.file ?? 'PARLEY_ROLES') : '--role';
  const problems = loaded.config.roles
    .filter((name) => !roleNames.includes(name))
    .map((name): ConfigProblem => {
      const { code, sentence, remedy } = unknownRole(name);
      return { code, sentence, remedy, source, path: 'roles' };
    });
  if (problems.length > 0) throw refusedConfig(problems);
  return { config: loaded.config, file: loaded.file, warnings: loaded.warnings };
}

function refusedConfig(problems: readonly ConfigProblem[]): CommandFault {
  const [only] = problems;
  const data = { problems };
  if (problems.length === 1 && only !== undefined) {
    const fault = { ...only, sentence: `${placeOf(only)}: ${only.sentence}` };
    return new CommandFault(fault, { exitCode: EXIT.refused, data });
  }
  const fault = {
    code: 'CONFIG_REFUSED',
    sentence: `The configuration has ${problems.length} problems.`,
    remedy: 'Correct them; `parley config check` checks again.',
  };
  return new CommandFault(fault, { exitCode: EXIT.refused, details: problems.map(problemLine), data });
}

export function problemLine(problem: ConfigProblem): string {
  return `${placeOf(problem)}: ${problem.sentence} ${problem.remedy ?? ''}`.trimEnd();
}

function placeOf({ source, line, column }: ConfigProblem): string {
  return line === undefined ? source : `${source}:${line}${column === undefined ? '' : `:${column}`}`;
}
