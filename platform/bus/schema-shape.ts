// The property names that a schema knows, at every depth. Used by schema-check.ts to remove the ones it does not:
// about a hundred times faster than the schema library's own cleaner, which matters on every message.
import type { TSchema } from 'typebox';

/** What may be inside a value; undefined means that anything may. */
export interface Shape {
  readonly properties?: ReadonlyMap<string, Shape | undefined>;
  readonly items?: Shape;
  /** Of every property whose name is not fixed (records). */
  readonly rest?: Shape;
}

interface SchemaParts {
  readonly type?: string;
  readonly properties?: Record<string, TSchema>;
  readonly patternProperties?: Record<string, TSchema>;
  readonly additionalProperties?: boolean | TSchema;
  readonly items?: TSchema | TSchema[];
  readonly anyOf?: TSchema[];
  readonly allOf?: TSchema[];
}

const leaves = new Set(['string', 'number', 'integer', 'boolean', 'null']);
/** Nothing inside to look at. */
const leaf: Shape = {};

export function shapeOf(schema: TSchema): Shape | undefined {
  const parts = schema as SchemaParts;
  const several = parts.anyOf ?? parts.allOf;
  if (several !== undefined) return several.map(shapeOf).reduce(merged, leaf);
  if ('const' in parts || 'enum' in parts || (parts.type !== undefined && leaves.has(parts.type)))
    return leaf;
  if (parts.type === 'array' && parts.items !== undefined && !Array.isArray(parts.items)) {
    const items = shapeOf(parts.items);
    return items === undefined ? undefined : { items };
  }
  if (parts.type !== 'object') return undefined;
  if (parts.patternProperties !== undefined || typeof parts.additionalProperties === 'object') {
    return recordShape(parts);
  }
  if (parts.properties === undefined || parts.additionalProperties === true) return undefined;
  return {
    properties: new Map(Object.entries(parts.properties).map(([name, inner]) => [name, shapeOf(inner)])),
  };
}

/** A record: names are free, so only what is inside its values can be looked at. */
function recordShape(parts: SchemaParts): Shape | undefined {
  const inner = Object.values(parts.patternProperties ?? {});
  if (typeof parts.additionalProperties === 'object') inner.push(parts.additionalProperties);
  if (parts.properties !== undefined) return undefined;
  const rest = inner.map(shapeOf).reduce(merged, leaf);
  return rest === undefined ? undefined : { rest };
}

/** Of a union: a property is known when one of the members knows it. */
function merged(a: Shape | undefined, b: Shape | undefined): Shape | undefined {
  if (a === undefined || b === undefined) return undefined;
  if (a === leaf) return b;
  if (b === leaf) return a;
  if ((a.rest === undefined) !== (b.rest === undefined) && (a.properties ?? b.properties) !== undefined)
    return undefined;
  const properties = mergedProperties(a.properties, b.properties);
  const items = mergedInner(a.items, b.items);
  const rest = mergedInner(a.rest, b.rest);
  return {
    ...(properties === undefined ? {} : { properties }),
    ...(items === undefined ? {} : { items }),
    ...(rest === undefined ? {} : { rest }),
  };
}

function mergedInner(a: Shape | undefined, b: Shape | undefined): Shape | undefined {
  return a === undefined || b === undefined ? (a ?? b) : merged(a, b);
}

function mergedProperties(a: Shape['properties'], b: Shape['properties']): Shape['properties'] {
  if (a === undefined || b === undefined) return a ?? b;
  const all = new Map(a);
  for (const [name, shape] of b) all.set(name, all.has(name) ? merged(all.get(name), shape) : shape);
  return all;
}

export function strip(shape: Shape | undefined, value: unknown): void {
  if (shape === undefined || shape === leaf || typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    if (shape.items !== undefined) for (const item of value) strip(shape.items, item);
    return;
  }
  const object = value as Record<string, unknown>;
  if (shape.properties !== undefined) {
    for (const name of Object.keys(object)) {
      if (!shape.properties.has(name)) delete object[name];
      else strip(shape.properties.get(name), object[name]);
    }
  } else if (shape.rest !== undefined) {
    for (const inner of Object.values(object)) strip(shape.rest, inner);
  }
}
