// Unknown properties go, known ones stay, at every depth.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type TSchema, Type } from 'typebox';
import { schemaCheck } from './schema-check.ts';

function stripped(schema: TSchema, value: unknown): unknown {
  const copy: unknown = structuredClone(value);
  schemaCheck(schema).strip(copy);
  return copy;
}

const Inner = Type.Object({ a: Type.String() });

test('unknown properties are removed from objects, arrays, records and optional parts', () => {
  const schema = Type.Object({
    one: Inner,
    many: Type.Array(Inner),
    named: Type.Record(Type.String(), Inner),
    partial: Type.Optional(Type.Partial(Inner)),
  });
  const inner = { a: 'x', b: 'y' };
  assert.deepEqual(
    stripped(schema, { one: inner, many: [inner], named: { k: inner }, partial: inner, more: 1 }),
    {
      one: { a: 'x' },
      many: [{ a: 'x' }],
      named: { k: { a: 'x' } },
      partial: { a: 'x' },
    },
  );
});

test('in a union a property stays if one of the members knows it', () => {
  const schema = Type.Union([
    Type.Object({ kind: Type.Literal('text'), text: Type.String() }),
    Type.Object({ kind: Type.Literal('place'), place: Inner }),
    Type.Null(),
  ]);
  assert.deepEqual(stripped(schema, { kind: 'text', text: 'x', more: 1 }), { kind: 'text', text: 'x' });
  assert.deepEqual(stripped(schema, { kind: 'place', place: { a: 'x', b: 1 } }), {
    kind: 'place',
    place: { a: 'x' },
  });
  assert.equal(stripped(schema, null), null);
});

test('what a schema leaves open stays as it is', () => {
  for (const open of [
    Type.Unknown(),
    Type.Any(),
    Type.Object({}, { additionalProperties: true }),
    Type.Union([Inner, Type.Unknown()]),
  ]) {
    assert.deepEqual(stripped(open, { a: 'x', b: { c: 1 } }), { a: 'x', b: { c: 1 } });
  }
});

test('a property called __proto__ is as unknown as any other', () => {
  const value: unknown = JSON.parse('{"a":"x","__proto__":{"administrator":true}}');
  schemaCheck(Inner).strip(value);
  assert.deepEqual(Object.getOwnPropertyNames(value), ['a']);
});

test('a closed object takes a newer sender, because the unknown goes before the check', () => {
  const closed = Type.Object({ a: Type.String() }, { additionalProperties: false });
  const value = { a: 'x', newer: true };
  schemaCheck(closed).strip(value);
  assert.ok(schemaCheck(closed).fits(value));
});

test('a problem names the path of the field', () => {
  assert.match(
    schemaCheck(Type.Object({ one: Inner })).problem({ one: { a: 1 } }),
    /^\/one\/a must be string/,
  );
  assert.match(schemaCheck(Inner).problem({}), /^it must have required properties a/);
});
