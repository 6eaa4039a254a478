// Requests against their TypeBox schemas, compiled once a route; what does not fit becomes one list of fields and reasons.
import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Value } from 'typebox/value';
import { type FieldProblem, WebFault } from './web-errors.ts';

const REPORTED_PROBLEMS = 20;

export const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const compiled = Compile(schema);
  const part = httpPart ?? 'body';
  return (value: unknown) => {
    // Only a body carries types; a query, a path and a header are text that may stand for a number.
    const given = part === 'body' ? value : Value.Convert(schema, value);
    // Fields that the schema does not name go no further.
    if (compiled.Check(given)) return { value: Value.Clean(schema, given) };
    const problems: FieldProblem[] = compiled
      .Errors(given)
      .slice(0, REPORTED_PROBLEMS)
      .map(({ instancePath, message }) => ({
        path: [part, ...instancePath.split('/').slice(1)].join('.'),
        reason: message,
      }));
    return { error: new WebFault('WEB_BAD_REQUEST', problems) };
  };
};
