// A CSV file of people, as `parley user import` and the console take it: text in, rows with line numbers out. Pure.
// Any order of columns, `,` or `;` or tab, quotes, a byte order mark. What a row means is decided in import.ts.
import { CsvError, type Info, parse } from 'csv-parse/sync';
import type { ImportReport, ImportRow } from './contract.ts';

const COLUMNS = [
  'address',
  'name',
  'password',
  'devicePassword',
  'phone',
  'title',
  'department',
  'office',
] as const;
type Column = (typeof COLUMNS)[number];
const REQUIRED: readonly Column[] = ['address', 'name'];
const TEXT_LIMIT = 10_000_000;
const RECORD_LIMIT = 20_000;
export const ROW_LIMIT = 5000;
/** One message of the bus carries all rows. */
const ROWS_LIMIT_BYTES = 900_000;

type Problem = ImportReport['problems'][number];
export interface CsvPeople {
  readonly rows: readonly ImportRow[];
  readonly problems: readonly Problem[];
}

export function readPeople(text: string): CsvPeople {
  if (text.length > TEXT_LIMIT) return refused(1, 'The file is larger than 10 MB; import it in parts.');
  let records: { readonly record: readonly string[]; readonly info: Info }[];
  try {
    records = parse(text, {
      bom: true,
      info: true,
      delimiter: delimiterOf(text),
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: RECORD_LIMIT,
    }) as unknown as typeof records;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return refused(Number(error['lines'] ?? 1), reasonOf(error.code));
  }
  const header = records[0];
  if (header === undefined)
    return refused(1, `The file is empty; the first line names the columns: ${COLUMNS.join(', ')}.`);
  const { columns, problems } = readHeader(header.record);
  if (problems.length > 0) return { rows: [], problems };
  if (records.length - 1 > ROW_LIMIT) {
    return refused(1, `The file has ${records.length - 1} rows; import at most ${ROW_LIMIT} at once.`);
  }

  const rows: ImportRow[] = [];
  for (const [index, { record, info }] of records.entries()) {
    if (index === 0) continue;
    // A record may span lines; people look for its first.
    const line = info.lines - record.join('').split('\n').length + 1;
    if (record.every((field) => field.trim() === '')) continue;
    if (record.length !== columns.length) {
      problems.push({
        line,
        column: '',
        reason: `This row has ${record.length} fields, but the header has ${columns.length}; quote a field that holds the separator.`,
      });
      continue;
    }
    rows.push(rowOf(line, columns, record));
  }
  if (rows.length === 0 && problems.length === 0) return refused(1, 'There is nobody below the header.');
  if (new TextEncoder().encode(JSON.stringify(rows)).length > ROWS_LIMIT_BYTES) {
    return refused(1, 'The rows are larger than 900 kB together; import them in parts.');
  }
  return { rows, problems };
}

/** The separator that the header uses: spreadsheets write `;` where the comma is the decimal sign. */
function delimiterOf(text: string): string {
  const header = text.slice(0, 2000).split(/\r?\n/, 1)[0]!;
  const count = (sign: string) => header.split(sign).length;
  return [',', ';', '\t'].reduce((best, sign) => (count(sign) > count(best) ? sign : best));
}

function readHeader(names: readonly string[]): { columns: Column[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const columns: Column[] = [];
  for (const name of names) {
    const plain = name.replace(/[\s_-]/g, '').toLowerCase();
    const column = COLUMNS.find((known) => known.toLowerCase() === plain);
    if (column === undefined) {
      problems.push({
        line: 1,
        column: name,
        reason: `There is no column "${name}"; known are ${COLUMNS.join(', ')}.`,
      });
    } else if (columns.includes(column)) {
      problems.push({ line: 1, column, reason: `The column ${column} is there twice.` });
    } else columns.push(column);
  }
  for (const column of REQUIRED) {
    if (!columns.includes(column))
      problems.push({ line: 1, column, reason: `The column ${column} is missing.` });
  }
  return { columns, problems };
}

function rowOf(line: number, columns: readonly Column[], record: readonly string[]): ImportRow {
  const row = {
    line,
    address: '',
    name: '',
    password: '',
    devicePassword: '',
    phone: '',
    title: '',
    department: '',
    office: '',
  };
  for (const [index, column] of columns.entries()) {
    const field = record[index] ?? '';
    // A password may begin or end with a space on purpose.
    row[column] = column === 'password' || column === 'devicePassword' ? field : field.trim();
  }
  return row;
}

function reasonOf(code: string): string {
  switch (code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return 'A quote that was opened is never closed.';
    case 'CSV_INVALID_CLOSING_QUOTE':
    case 'INVALID_OPENING_QUOTE':
      return 'A quote stands inside a field; write it twice and quote the field.';
    case 'CSV_MAX_RECORD_SIZE':
      return 'This row is far too long; a quote may be missing its end.';
    default:
      return `This is not CSV (${code}).`;
  }
}

function refused(line: number, reason: string): CsvPeople {
  return { rows: [], problems: [{ line, column: '', reason }] };
}
