// Loads the configuration: defaults < parley.yaml < PARLEY_* variables < command line. Every problem of every source
// is reported at once, each with its place and what to do. Used by roles/cli.
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { type Config, ConfigSchema, defaultConfig, type Machine, thisMachine } from './config.ts';
import {
  type ConfigProblem,
  checkConfig,
  type KeyPath,
  type Place,
  type SchemaNode,
} from './config-check.ts';
import { CONFIG_FILE_VARIABLE, readEnvironment } from './config-environment.ts';
import { mailProblems } from './config-mail.ts';
import { mediaProblems } from './config-media.ts';
import { peerProblems } from './config-peers.ts';
import { turnProblems } from './config-turn.ts';
import { readYaml } from './config-yaml.ts';

const CONFIG_FILE_NAME = 'parley.yaml';
const FILE_LIMIT_BYTES = 1024 * 1024;
const SCHEMA = ConfigSchema as unknown as SchemaNode;

export interface ConfigSources {
  /** `--config FILE`. Without it parley.yaml is looked for in the working directory, then in the data directory. */
  readonly file?: string;
  readonly workingDirectory?: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** What the command line says, in the shape of the configuration. */
  readonly options?: ConfigOptions;
  readonly machine?: Machine;
}

export interface ConfigOptions {
  readonly data?: string;
  readonly roles?: readonly string[];
}

export type ConfigResult =
  | {
      readonly ok: true;
      readonly config: Config;
      /** The file that was read, if there is one. */
      readonly file?: string;
      readonly warnings: readonly ConfigProblem[];
    }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

export async function loadConfig(sources: ConfigSources = {}): Promise<ConfigResult> {
  const environment = sources.environment ?? process.env;
  const machine = sources.machine ?? thisMachine(environment, homedir());
  const workingDirectory = sources.workingDirectory ?? process.cwd();
  const defaults = defaultConfig(machine);

  const variables = readEnvironment(environment, SCHEMA);
  const fromVariables = checkConfig(variables.value, SCHEMA, (path) => variablePlace(path, variables.names));
  const fromOptions = checkConfig({ ...sources.options }, SCHEMA, (path) => ({
    source: `--${optionName(path)}`,
  }));
  const direct = merge(
    resolvePaths(fromVariables.value, SCHEMA, workingDirectory),
    resolvePaths(fromOptions.value, SCHEMA, workingDirectory),
  );

  const dataDirectory = (direct as { data?: string }).data ?? defaults.data;
  const named = sources.file ?? environment[CONFIG_FILE_VARIABLE];
  const file = await findFile(named, workingDirectory, dataDirectory);
  const problems = [
    ...file.problems,
    ...variables.problems,
    ...fromVariables.problems,
    ...fromOptions.problems,
  ];
  const merged = merge(merge(defaults, file.value), direct) as Config;
  if (problems.length === 0) problems.push(...checkTogether(merged, file.name ?? 'configuration'));
  if (problems.length > 0) return { ok: false, problems };
  return {
    ok: true,
    config: merged,
    ...(file.name === undefined ? {} : { file: file.name }),
    warnings: variables.warnings,
  };
}

function variablePlace(path: KeyPath, names: ReadonlyMap<string, string>): Place {
  return { source: names.get(path.join('.')) ?? names.get(path.slice(0, -1).join('.')) ?? 'environment' };
}

function optionName(path: KeyPath): string {
  return path[0] === 'roles' ? 'role' : (path[0] ?? '');
}

interface FileSource {
  readonly name?: string;
  readonly value: unknown;
  readonly problems: readonly ConfigProblem[];
}

async function findFile(
  named: string | undefined,
  workingDirectory: string,
  data: string,
): Promise<FileSource> {
  if (named !== undefined) return await readConfigFile(resolve(workingDirectory, named), true);
  const here = await readConfigFile(join(workingDirectory, CONFIG_FILE_NAME), false);
  return here.name === undefined ? await readConfigFile(join(data, CONFIG_FILE_NAME), false) : here;
}

async function readConfigFile(name: string, isRequired: boolean): Promise<FileSource> {
  let text: string;
  try {
    text = await readFile(name, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const isMissing = code === 'ENOENT' || code === 'ENOTDIR' || (code === 'EACCES' && !isRequired);
    if (isMissing && !isRequired) return { value: {}, problems: [] };
    const fault = isMissing
      ? {
          code: 'CONFIG_NO_FILE',
          sentence: `There is no file ${name}.`,
          remedy: 'Check the name after --config.',
        }
      : {
          code: 'CONFIG_UNREADABLE',
          sentence: `The file ${name} cannot be read (${code}).`,
          remedy: 'Give the user that runs Parley the right to read it.',
        };
    return { name, value: {}, problems: [{ ...fault, source: name, path: '' }] };
  }
  if (text.length > FILE_LIMIT_BYTES) {
    const fault = {
      code: 'CONFIG_TOO_LARGE',
      sentence: `The file ${name} is larger than 1 MiB.`,
      remedy: 'Check that it is the configuration of Parley.',
    };
    return { name, value: {}, problems: [{ ...fault, source: name, path: '' }] };
  }
  const yaml = readYaml(text, name);
  if (yaml.problems.length > 0) return { name, value: {}, problems: yaml.problems };
  const checked = checkConfig(yaml.value, SCHEMA, yaml.locate);
  return { name, value: resolvePaths(checked.value, SCHEMA, dirname(name)), problems: checked.problems };
}

/** Rules that need more than one setting. */
function checkTogether(config: Config, source: string): ConfigProblem[] {
  const problems: ConfigProblem[] = [
    ...peerProblems(config, source),
    ...mailProblems(config, source),
    ...mediaProblems(config, source),
    ...turnProblems(config, source),
  ];
  const { cert, key } = config.tls;
  if ((cert === undefined) !== (key === undefined)) {
    const missing = cert === undefined ? 'tls.cert' : 'tls.key';
    problems.push({
      code: 'CONFIG_TLS_INCOMPLETE',
      sentence: `${missing} is missing: a certificate and its key belong together.`,
      remedy: `Set ${missing} too, or remove both to let Parley make its own certificate.`,
      source,
      path: missing,
    });
  }
  return problems;
}

/** A relative path is relative to whoever wrote it: the file's folder, or the working directory. */
function resolvePaths(value: unknown, schema: SchemaNode, folder: string): unknown {
  if (schema['x-path'] === true && typeof value === 'string') {
    return isAbsolute(value) ? value : resolve(folder, value);
  }
  if (schema.properties === undefined || !isSection(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      resolvePaths(item, schema.properties![key] ?? {}, folder),
    ]),
  );
}

/** Sections are merged, everything else replaced. */
function merge(under: unknown, over: unknown): unknown {
  if (over === undefined) return under;
  if (!isSection(under) || !isSection(over)) return over;
  const merged: Record<string, unknown> = { ...under };
  for (const [key, item] of Object.entries(over)) merged[key] = merge(merged[key], item);
  return merged;
}

function isSection(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
