// A value as text and back, checked against its contract on both ways. Used by wire-bus.ts and its parts.
import type { TSchema } from 'typebox';
import { schemaCheck } from './schema-check.ts';
import { PAYLOAD_LIMIT_BYTES } from './wire.ts';

/** @throws if the value does not fit or is too long: whoever sends such a thing is at fault, and it is us. */
export function encoded(subject: string, schema: TSchema, value: unknown): string {
  const check = schemaCheck(schema);
  if (!check.fits(value)) throw new TypeError(`${subject}: ${check.problem(value)}.`);
  return bounded(subject, JSON.stringify(value));
}

export function bounded(subject: string, text: string): string {
  const sizeBytes = Buffer.byteLength(text);
  if (sizeBytes > PAYLOAD_LIMIT_BYTES) {
    throw new RangeError(
      `${subject}: ${sizeBytes} bytes are more than the bus carries (${PAYLOAD_LIMIT_BYTES}).`,
    );
  }
  return text;
}

export type Decoded =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: string };

export function decoded(schema: TSchema, text: string): Decoded {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, problem: 'it is not JSON' };
  }
  const check = schemaCheck(schema);
  check.strip(value);
  return check.fits(value) ? { ok: true, value } : { ok: false, problem: check.problem(value) };
}
