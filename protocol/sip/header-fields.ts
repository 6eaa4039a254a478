// The ordered list of header fields of one message. Names compare case-insensitively and compact forms are the
// long ones (RFC 3261 §7.3.3); order and spelling are kept for what is passed through.

/** `Via`, `v` and `VIA` are one name. Implemented in header-list.ts. */
export interface HeaderFields {
  /** First value of that name, unparsed, or undefined. */
  get(name: string): string | undefined;
  /** Every value of that name in order, comma-separated lists split where the RFC allows it. */
  getAll(name: string): readonly string[];
  has(name: string): boolean;
  /** Replaces every field of that name by one, at the place of the first. */
  set(name: string, value: string): void;
  append(name: string, value: string): void;
  /** Puts a field before all others of its name (Via, Record-Route). */
  prepend(name: string, value: string): void;
  remove(name: string): void;
  /** Puts another value in the place of the first one only, also inside a comma-separated field (Via). */
  replaceFirst(name: string, value: string): void;
  /** Removes the first value only, also inside a comma-separated field (Route, Via). */
  removeFirst(name: string): void;
  entries(): Iterable<readonly [name: string, value: string]>;
  clone(): HeaderFields;
  /** For who walks all fields: three arrays in step, with the name to compare by, as it is spelled, and the value. */
  readonly keys: readonly string[];
  readonly names: readonly string[];
  readonly values: readonly string[];
}
