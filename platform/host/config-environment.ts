// PARLEY_* environment variables, derived from the schema: listen.http.port is PARLEY_LISTEN_HTTP_PORT.
import type { ConfigProblem, KeyPath, SchemaNode } from './config-check.ts';
import { nearest } from './nearest.ts';

/** Read by the command line itself: which file to load. */
export const CONFIG_FILE_VARIABLE = 'PARLEY_CONFIG';
/** Where tests find servers to use; nothing of a running Parley. */
const TEST_PREFIX = 'PARLEY_TEST_';

export interface EnvironmentVariable {
  readonly name: string;
  readonly path: KeyPath;
  readonly node: SchemaNode;
}

/** Every variable there is; a section that can be `off` is one too (PARLEY_LISTEN_HTTP=off). */
export function environmentVariables(schema: SchemaNode, path: KeyPath = []): EnvironmentVariable[] {
  if (schema.properties === undefined) return [{ name: variableName(path), path, node: schema }];
  const own = schema['x-off'] === true ? [{ name: variableName(path), path, node: schema }] : [];
  const inner = Object.entries(schema.properties).flatMap(([key, child]) =>
    environmentVariables(child, [...path, key]),
  );
  return [...own, ...inner];
}

function variableName(path: KeyPath): string {
  const words = path.map((key) => key.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase());
  return ['PARLEY', ...words].join('_');
}

export interface EnvironmentSource {
  readonly value: unknown;
  readonly problems: readonly ConfigProblem[];
  /** Unknown variables that look like nobody's typing error: container platforms make some of their own. */
  readonly warnings: readonly ConfigProblem[];
  readonly names: ReadonlyMap<string, string>;
}

export function readEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  schema: SchemaNode,
): EnvironmentSource {
  const variables = new Map(environmentVariables(schema).map((variable) => [variable.name, variable]));
  const problems: ConfigProblem[] = [];
  const warnings: ConfigProblem[] = [];
  const names = new Map<string, string>();
  const value: Record<string, unknown> = {};
  // Sorted, so that PARLEY_LISTEN_HTTP comes before PARLEY_LISTEN_HTTP_PORT and the closer one wins.
  for (const name of Object.keys(environment).sort()) {
    const text = environment[name];
    if (text === undefined || text === '' || !name.startsWith('PARLEY_')) continue;
    if (name === CONFIG_FILE_VARIABLE || name.startsWith(TEST_PREFIX)) continue;
    const variable = variables.get(name);
    if (variable === undefined) {
      unknown(name);
      continue;
    }
    names.set(variable.path.join('.'), name);
    put(value, variable.path, readText(text, variable.node));
  }
  return { value, problems, warnings, names };

  function unknown(name: string): void {
    const meant = nearest(
      name.slice('PARLEY_'.length),
      [...variables.keys()].map((known) => known.slice('PARLEY_'.length)),
    );
    const problem = {
      code: 'CONFIG_UNKNOWN_VARIABLE',
      sentence: `There is no environment variable ${name}.`,
      remedy:
        meant === undefined
          ? 'Remove it; `parley config --help` lists all.'
          : `Did you mean PARLEY_${meant}?`,
      source: 'environment',
      path: name,
    };
    (meant === undefined ? warnings : problems).push(problem);
  }
}

/** Variables are texts; the schema says what they mean. What cannot be read stays a text and is refused by the check. */
function readText(text: string, node: SchemaNode): unknown {
  if (node.items?.properties !== undefined) return readJson(text);
  if (node.type === 'array') {
    return text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
  }
  const isNumber =
    node.type === 'integer' || node.anyOf?.some((branch) => branch.type === 'integer') === true;
  return isNumber && /^-?\d+$/.test(text) ? Number(text) : text;
}

/** A list of sections has no simpler form in one line. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function put(target: Record<string, unknown>, path: KeyPath, value: unknown): void {
  let section = target;
  for (const key of path.slice(0, -1)) {
    const inner = section[key];
    if (typeof inner === 'object' && inner !== null) section = inner as Record<string, unknown>;
    else {
      // A switched-off listener that also has a port: the port is what was meant.
      const fresh: Record<string, unknown> = {};
      section[key] = fresh;
      section = fresh;
    }
  }
  section[path.at(-1)!] = value;
}
