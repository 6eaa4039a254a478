// A CSV file with named columns: which column is which, whatever its order and spelling, and which rows cannot be used.
// Under every reader of a register or a report (licensing rule M10).
import { done, type Outcome } from '@parley/platform/contract';
import { instantMs, isDay } from '../day.ts';
import { licensingErrors } from '../fault.ts';
import { type CsvError, plainCell, readCsv } from './csv.ts';

export type RowError =
  | CsvError
  | 'bad-row'
  | 'bad-time'
  | 'bad-day'
  | 'bad-count'
  | 'bad-price'
  | 'bad-value'
  | 'no-subject'
  | 'unknown-feature'
  | 'unknown-sku'
  | 'dates-out-of-order'
  | 'too-long';

export interface RejectedRow {
  readonly line: number;
  readonly error: RowError;
  /** What to do about it. */
  readonly sentence: string;
}

export interface ReadTable<T> {
  readonly rows: readonly T[];
  /** The line of each row. */
  readonly lines: readonly number[];
  readonly rejected: readonly RejectedRow[];
}

/** Fields of one row by the name of the column; '' where the file has no such column. */
export type Fields<C extends string> = Readonly<Record<C, string>>;
/** For each column the spellings under which reports know it; only letters and digits count. */
export type Columns<C extends string> = Readonly<Record<C, readonly string[]>>;

const TEXT_LIMIT_CHARS = 50_000_000;
const ROWS_LIMIT = 1_500_000;
const FIELD_LIMIT_CHARS = 200;

const SENTENCES: Readonly<Record<RowError, string>> = {
  'bad-quote': 'A quote stands inside a field: write it twice and quote the field.',
  'unclosed-quote': 'A quote that was opened is never closed.',
  'row-too-long': 'The row is longer than 20,000 characters.',
  'bad-row': 'The row has not as many fields as the header: quote a field that holds the separator.',
  'bad-time': 'The time is not of the form 2026-01-31T08:00:00Z, or could be read as two different days.',
  'bad-day': 'The day is not of the form 2026-01-31.',
  'bad-count': 'The count is not a whole number from 0 to 100 million.',
  'bad-price': 'The price is not a whole number of minor units (cents).',
  'bad-value': 'A field has none of the values that it may have.',
  'no-subject': 'Neither a person nor a device is named.',
  'unknown-feature': 'The catalogue has no such feature.',
  'unknown-sku': 'The catalogue has no such licence.',
  'dates-out-of-order': 'The last day is before the first.',
  'too-long': 'A field is longer than 200 characters.',
};

/** Reads row by row: `read` gives the value of a row, or what is wrong with it. */
export function readTable<C extends string, T extends object>(
  text: string,
  columns: Columns<C>,
  required: readonly NoInfer<C>[],
  read: (fields: Fields<C>) => T | RowError,
): Outcome<ReadTable<T>> {
  if (text.length > TEXT_LIMIT_CHARS) return licensingErrors.fault('LICENCE_CSV_TOO_LARGE');
  const csv = readCsv(text, ROWS_LIMIT);
  if (csv.isCut) return licensingErrors.fault('LICENCE_CSV_TOO_LARGE');
  const [header, ...body] = csv.rows;
  const places = header === undefined ? undefined : placesOf(header.fields, columns);
  const missing = required.filter((column) => places?.get(column) === undefined);
  if (header === undefined || places === undefined || missing.length > 0) {
    const sentence = `The first line must name the columns; missing: ${missing.join(', ')}.`;
    return licensingErrors.fault('LICENCE_CSV_NO_HEADER', sentence);
  }
  const rows: T[] = [];
  const lines: number[] = [];
  const rejected: RejectedRow[] = csv.problems.map(({ line, error }) => rejection(line, error));
  const names = Object.keys(columns) as C[];
  for (const { line, fields } of body) {
    const value = fields.length === header.fields.length ? read(fieldsOf(fields, names, places)) : 'bad-row';
    if (fields.some((field) => field.length > FIELD_LIMIT_CHARS)) rejected.push(rejection(line, 'too-long'));
    else if (typeof value === 'string') rejected.push(rejection(line, value));
    else {
      rows.push(value);
      lines.push(line);
    }
  }
  return done({ rows, lines, rejected: rejected.toSorted((a, b) => a.line - b.line) });
}

export function rejection(line: number, error: RowError): RejectedRow {
  return { line, error, sentence: SENTENCES[error] };
}

/** The first column wins where two have the same name. */
function placesOf<C extends string>(header: readonly string[], columns: Columns<C>): ReadonlyMap<C, number> {
  const places = new Map<C, number>();
  const plain = header.map(plainName);
  for (const column of Object.keys(columns) as C[]) {
    const spellings = [column, ...columns[column]].map(plainName);
    const place = plain.findIndex((name) => spellings.includes(name));
    if (place !== -1) places.set(column, place);
  }
  return places;
}

function fieldsOf<C extends string>(
  row: readonly string[],
  names: readonly C[],
  places: ReadonlyMap<C, number>,
): Fields<C> {
  const fields: Partial<Record<C, string>> = {};
  for (const name of names) {
    const place = places.get(name);
    fields[name] = place === undefined ? '' : plainCell(row[place]!.trim());
  }
  return fields as Fields<C>;
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** Names of people and devices are the same in capitals and small letters. @returns null for nobody. */
export function subjectId(field: string): string | null {
  return field === '' || field === '-' ? null : field.normalize('NFC').toLowerCase();
}

/** A day, an instant with its zone, or `2026-01-31 08:00:00`, which is read as UTC. */
export function timeMs(field: string): number | undefined {
  if (isDay(field)) return Date.parse(`${field}T00:00:00Z`);
  const local = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2})(:\d{2}(?:\.\d+)?)?$/.exec(field);
  return instantMs(local === null ? field.replace(' ', 'T') : `${local[1]}T${local[2]}${local[3] ?? ':00'}Z`);
}

/** @returns undefined where the field is no whole number. */
export function wholeNumber(field: string): number | undefined {
  return /^\d{1,15}$/.test(field) ? Number(field) : undefined;
}
