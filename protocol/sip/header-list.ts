// The header fields of one message: an ordered list that is searched, since a message has some fifteen fields and is
// asked for a few (RFC 3261 §7.3). Used wherever a message is made or read.
import { isToken, separatorAt, splitList, trimSpace } from './grammar.ts';
import type { HeaderFields } from './header-fields.ts';
import { headerKey, isListHeader } from './header-name.ts';

const COMMA = 0x2c;

export class HeaderList implements HeaderFields {
  readonly keys: string[];
  readonly names: string[];
  readonly values: string[];

  constructor(keys: string[], names: string[], values: string[]) {
    this.keys = keys;
    this.names = names;
    this.values = values;
  }

  get(name: string): string | undefined {
    const key = headerKey(name);
    const value = this.values[this.keys.indexOf(key)];
    if (value === undefined || !value.includes(',') || !isListHeader(key)) return value;
    return trimSpace(value.slice(0, separatorAt(value, COMMA, 0)));
  }

  getAll(name: string): readonly string[] {
    const key = headerKey(name);
    const isList = isListHeader(key);
    const found: string[] = [];
    for (let i = this.keys.indexOf(key); i !== -1; i = this.keys.indexOf(key, i + 1)) {
      const value = this.values[i]!;
      if (isList && value.includes(',')) found.push(...splitList(value));
      else found.push(value);
    }
    return found;
  }

  has(name: string): boolean {
    return this.keys.includes(headerKey(name));
  }

  set(name: string, value: string): void {
    refuseUnsafe(name, value);
    const key = headerKey(name);
    const first = this.keys.indexOf(key);
    if (first === -1) {
      this.insert(this.keys.length, key, name, value);
      return;
    }
    this.names[first] = name;
    this.values[first] = value;
    this.removeAllFrom(key, first + 1);
  }

  append(name: string, value: string): void {
    refuseUnsafe(name, value);
    this.push(headerKey(name), name, value);
  }

  /** For what was read from the wire or checked before. */
  push(key: string, name: string, value: string): void {
    this.keys.push(key);
    this.names.push(name);
    this.values.push(value);
  }

  prepend(name: string, value: string): void {
    refuseUnsafe(name, value);
    const key = headerKey(name);
    this.insert(Math.max(0, this.keys.indexOf(key)), key, name, value);
  }

  remove(name: string): void {
    this.removeAllFrom(headerKey(name), 0);
  }

  replaceFirst(name: string, value: string): void {
    refuseUnsafe(name, value);
    const key = headerKey(name);
    const first = this.keys.indexOf(key);
    if (first === -1) return;
    const held = this.values[first]!;
    const end = held.includes(',') && isListHeader(key) ? separatorAt(held, COMMA, 0) : held.length;
    this.values[first] = end < held.length ? value + held.slice(end) : value;
  }

  removeFirst(name: string): void {
    const key = headerKey(name);
    const first = this.keys.indexOf(key);
    if (first === -1) return;
    const value = this.values[first]!;
    const end = isListHeader(key) ? separatorAt(value, COMMA, 0) : value.length;
    if (end < value.length) this.values[first] = trimSpace(value.slice(end + 1));
    else this.removeAt(first);
  }

  *entries(): Iterable<readonly [name: string, value: string]> {
    for (let i = 0; i < this.keys.length; i++) yield [this.names[i]!, this.values[i]!];
  }

  clone(): HeaderList {
    return new HeaderList(this.keys.slice(), this.names.slice(), this.values.slice());
  }

  private insert(at: number, key: string, name: string, value: string): void {
    this.keys.splice(at, 0, key);
    this.names.splice(at, 0, name);
    this.values.splice(at, 0, value);
  }

  private removeAt(at: number): void {
    this.keys.splice(at, 1);
    this.names.splice(at, 1);
    this.values.splice(at, 1);
  }

  private removeAllFrom(key: string, from: number): void {
    for (let i = this.keys.indexOf(key, from); i !== -1; i = this.keys.indexOf(key, i)) this.removeAt(i);
  }
}

/** A new list of header fields. @throws TypeError where a name or value could not be written to the wire. */
export function createHeaderFields(entries: Iterable<readonly [string, string]> = []): HeaderFields {
  const headers = new HeaderList([], [], []);
  for (const [name, value] of entries) headers.append(name, value);
  return headers;
}

/** Names that were found to be tokens, so that the few that there are are looked at once. */
const safeNames = new Set<string>();
const SAFE_NAMES = 1000;

/** A line break in a value would let its writer add fields or end the message: our own fault, so it throws. */
function refuseUnsafe(name: string, value: string): void {
  if (!safeNames.has(name)) {
    if (!isToken(name)) throw new TypeError(`"${name}" is not a header field name`);
    if (safeNames.size < SAFE_NAMES) safeNames.add(name);
  }
  if (value.includes('\r') || value.includes('\n'))
    throw new TypeError(`a value of ${name} holds a line break`);
}
