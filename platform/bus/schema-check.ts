// Whether a value fits a schema, with the check compiled once per schema. Used by wire-bus.ts and the stores of keys.
// Properties that the schema does not know are removed: a newer sender may say more, and nobody reads it by accident.
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { type Shape, shapeOf, strip } from './schema-shape.ts';

export interface SchemaCheck {
  fits(value: unknown): boolean;
  /** The first thing that is wrong, in words, with the path of the field. */
  problem(value: unknown): string;
  /** Removes unknown properties in place. Only for values that nobody else holds. */
  strip(value: unknown): void;
}

const checks = new WeakMap<TSchema, SchemaCheck>();

export function schemaCheck(schema: TSchema): SchemaCheck {
  let check = checks.get(schema);
  if (check === undefined) {
    check = compiled(schema);
    checks.set(schema, check);
  }
  return check;
}

function compiled(schema: TSchema): SchemaCheck {
  const validator = Compile(schema);
  const shape: Shape | undefined = shapeOf(schema);
  return {
    fits: (value) => validator.Check(value),
    problem(value) {
      const first = validator.Errors(value)[0];
      if (first === undefined) return 'the value fits';
      return `${first.instancePath === '' ? 'it' : first.instancePath} ${first.message}`;
    },
    strip: (value) => strip(shape, value),
  };
}
