// Fields that hold a list of values in one line or several (RFC 3261 §7.3.1): all of them are read, or none. Used by
// the modules of such fields.
import type { HeaderFields } from '../header-fields.ts';

/** How many values one field may hold. */
export const MAX_VALUES = 256;

/** Empty where the field is absent; undefined where there are too many values or `parse` refuses one. */
export function parseValues<T>(
  headers: HeaderFields,
  name: string,
  parse: (text: string) => T | undefined,
  max = MAX_VALUES,
): readonly T[] | undefined {
  const texts = headers.getAll(name);
  if (texts.length > max) return undefined;
  const values: T[] = [];
  for (const text of texts) {
    const value = parse(text);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return values;
}

export function serializeValues<T>(values: Iterable<T>, serialize: (value: T) => string): string {
  return Array.from(values, serialize).join(', ');
}
