// Checks one source of settings against the schema and says what is wrong where. Pure; used by config-load.ts.
import type { Fault } from '../bus/contract.ts';
import { redactText } from '../observe/redact.ts';
import { nearest } from './nearest.ts';

export interface ConfigProblem extends Fault {
  /** File, variable or option that said it. */
  readonly source: string;
  /** `listen.http.port` */
  readonly path: string;
  readonly line?: number;
  readonly column?: number;
}

/** What the checks read of a JSON Schema. */
export interface SchemaNode {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly required?: readonly string[];
  readonly anyOf?: readonly SchemaNode[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly 'x-expected'?: string;
  readonly 'x-off'?: boolean;
  readonly 'x-path'?: boolean;
}

export type KeyPath = readonly string[];

export interface Place {
  readonly source: string;
  readonly line?: number;
  readonly column?: number;
}

export interface Checked {
  /** The value with listeners that are `off` spelled as a null port, and numbers read from text where `isText`. */
  readonly value: unknown;
  readonly problems: readonly ConfigProblem[];
}

/** @param locate where a path was said; `isKey` asks for the key's own place rather than the value's. */
export function checkConfig(
  value: unknown,
  schema: SchemaNode,
  locate: (path: KeyPath, isKey: boolean) => Place,
): Checked {
  const problems: ConfigProblem[] = [];
  return { value: check(value, schema, []), problems };

  function check(input: unknown, node: SchemaNode, path: KeyPath): unknown {
    if (node.items?.properties !== undefined) return checkList(input, node, path);
    if (node.properties === undefined) return checkLeaf(input, node, path);
    if (node['x-off'] === true && isOff(input)) return { port: null };
    // An empty section (`listen:` with everything below commented out) says nothing.
    if (input === null || input === undefined) return {};
    if (!isRecord(input)) {
      wrongValue(
        input,
        path,
        node['x-off'] === true ? 'a section with address and port, or off' : 'a section',
      );
      return {};
    }
    const known = node.properties;
    const clean: Record<string, unknown> = {};
    for (const [key, item] of Object.entries(input)) {
      const child = Object.hasOwn(known, key) ? known[key] : undefined;
      if (child === undefined) unknownKey([...path, key], Object.keys(known));
      else clean[key] = check(item, child, [...path, key]);
    }
    return clean;
  }

  /** Sections in a list: nothing stands in for what one of them leaves out. */
  function checkList(input: unknown, node: SchemaNode, path: KeyPath): unknown {
    if (input === null || input === undefined) return [];
    const { items = {}, maxItems = Number.POSITIVE_INFINITY } = node;
    if (!Array.isArray(input) || input.length > maxItems) {
      wrongValue(input, path, expected(node));
      return [];
    }
    return input.map((item, at) => {
      const inner = [...path, String(at)];
      if (!isRecord(item)) {
        wrongValue(item, inner, 'a section');
        return {};
      }
      for (const key of items.required ?? []) {
        if (Object.hasOwn(item, key)) continue;
        report('CONFIG_MISSING_KEY', inner, false, {
          sentence: `${inner.join('.')} has no ${key}.`,
          remedy: `Give ${expected(items.properties?.[key] ?? {})}.`,
        });
      }
      return check(item, items, inner);
    });
  }

  function checkLeaf(input: unknown, node: SchemaNode, path: KeyPath): unknown {
    const value = path.at(-1) === 'port' && isOff(input) ? null : input;
    if (!fits(value, node)) wrongValue(input, path, expected(node));
    return value;
  }

  function unknownKey(path: KeyPath, known: readonly string[]): void {
    const key = path.at(-1)!;
    const meant = nearest(key, known);
    const inside = path.length === 1 ? '' : ` in ${path.slice(0, -1).join('.')}`;
    report('CONFIG_UNKNOWN_KEY', path, true, {
      sentence: `There is no setting "${key}"${inside}.`,
      remedy: meant === undefined ? `Known here: ${known.join(', ')}.` : `Did you mean "${meant}"?`,
    });
  }

  function wrongValue(input: unknown, path: KeyPath, wanted: string): void {
    report('CONFIG_BAD_VALUE', path, false, {
      sentence: `${path.join('.') || 'The configuration'} is ${shown(input)}, which cannot be used.`,
      remedy: `Give ${wanted}.`,
    });
  }

  function report(
    code: string,
    path: KeyPath,
    isKey: boolean,
    words: { sentence: string; remedy: string },
  ): void {
    problems.push({ code, ...words, ...locate(path, isKey), path: path.join('.') });
  }
}

/** YAML 1.2 reads `off` as a text and `false` as a boolean; people write either. */
function isOff(value: unknown): boolean {
  return value === null || value === false || value === 'off';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fits(value: unknown, node: SchemaNode): boolean {
  if (node.anyOf !== undefined) return node.anyOf.some((branch) => fits(value, branch));
  if (node.const !== undefined) return value === node.const;
  switch (node.type) {
    case 'null':
      return value === null;
    case 'boolean':
      return typeof value === 'boolean';
    case 'integer':
      return (
        Number.isInteger(value) &&
        (value as number) >= (node.minimum ?? Number.MIN_SAFE_INTEGER) &&
        (value as number) <= (node.maximum ?? Number.MAX_SAFE_INTEGER)
      );
    case 'string':
      return (
        typeof value === 'string' &&
        value.length >= (node.minLength ?? 0) &&
        value.length <= (node.maxLength ?? 4096) &&
        (node.pattern === undefined || new RegExp(node.pattern).test(value))
      );
    case 'array':
      return (
        Array.isArray(value) &&
        value.length >= (node.minItems ?? 0) &&
        value.length <= (node.maxItems ?? Number.POSITIVE_INFINITY) &&
        value.every((item) => fits(item, node.items ?? {}))
      );
    default:
      return false;
  }
}

/** What would have been right, in words. */
export function expected(node: SchemaNode): string {
  if (node['x-expected'] !== undefined) return node['x-expected'];
  if (node.anyOf !== undefined) return node.anyOf.map(expected).join(' or ');
  if (node.const !== undefined) return String(node.const);
  switch (node.type) {
    case 'null':
      return 'off';
    case 'boolean':
      return 'true or false';
    case 'integer':
      return `a whole number from ${node.minimum} to ${node.maximum}`;
    case 'array':
      return 'a list of names, for example [standard-edition]';
    default:
      return 'a text';
  }
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (isRecord(value)) return 'a section';
  if (value === null || value === undefined) return 'empty';
  // The address of a database or a bus may carry a password.
  const text = redactText(JSON.stringify(value));
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
