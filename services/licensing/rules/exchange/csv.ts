// CSV as RFC 4180 §2 and spreadsheets write it: text in, rows with line numbers out, a bad row never hides the good ones after
// it; and rows out, safe to open in a spreadsheet (licensing rule M10). Small and pure, since browsers read files too.

export interface CsvRow {
  /** Of the text, from 1; of its first line where a row spans several. */
  readonly line: number;
  readonly fields: readonly string[];
}
export type CsvError = 'bad-quote' | 'unclosed-quote' | 'row-too-long';
export interface CsvProblem {
  readonly line: number;
  readonly error: CsvError;
}
export interface CsvText {
  readonly rows: readonly CsvRow[];
  readonly problems: readonly CsvProblem[];
  /** There were more rows than may be read. */
  readonly isCut: boolean;
}

const ROW_LIMIT_CHARS = 20_000;
const SEPARATORS = [',', ';', '\t'];

/** Rows without any text are left out. */
export function readCsv(text: string, rowsLimit = 1_000_000): CsvText {
  const source = text.startsWith('\ufeff') ? text.slice(1) : text;
  const separator = separatorOf(source);
  const rows: CsvRow[] = [];
  const problems: CsvProblem[] = [];
  let line = 1;
  for (let at = 0; at < source.length; ) {
    if (rows.length + problems.length >= rowsLimit) return { rows, problems, isCut: true };
    const row = readRow(source, at, separator);
    if ('error' in row) problems.push({ line, error: row.error });
    else if (row.fields.some((field) => field.trim() !== '')) rows.push({ line, fields: row.fields });
    for (let end = source.indexOf('\n', at); end !== -1 && end < row.end; end = source.indexOf('\n', end + 1))
      line++;
    at = row.end;
  }
  return { rows, problems, isCut: false };
}

type Row = { readonly end: number } & ({ readonly fields: readonly string[] } | { readonly error: CsvError });

/** `end` is where the next row begins; after a fault that is the next line, so that one bad quote costs one line. */
function readRow(source: string, start: number, separator: string): Row {
  const fields: string[] = [];
  for (let at = start; ; ) {
    if (at - start > ROW_LIMIT_CHARS) return { error: 'row-too-long', end: nextLine(source, start) };
    let field = '';
    if (source[at] === '"') {
      const quoted = readQuoted(source, at, start);
      if ('error' in quoted) return { error: quoted.error, end: nextLine(source, start) };
      ({ field, at } = quoted);
    } else {
      const from = at;
      while (at < source.length && source[at] !== separator && source[at] !== '\n') {
        if (source[at] === '"') return { error: 'bad-quote', end: nextLine(source, start) };
        if (at - start > ROW_LIMIT_CHARS) return { error: 'row-too-long', end: nextLine(source, start) };
        at++;
      }
      const isLast = at >= source.length || source[at] === '\n';
      field = source.slice(from, isLast && source[at - 1] === '\r' && at > from ? at - 1 : at);
    }
    fields.push(field);
    if (source[at] === '\r' && (source[at + 1] === '\n' || at + 1 === source.length)) at++;
    if (at >= source.length) return { fields, end: at };
    if (source[at] === '\n') return { fields, end: at + 1 };
    if (source[at] !== separator) return { error: 'bad-quote', end: nextLine(source, start) };
    at++;
  }
}

function readQuoted(
  source: string,
  open: number,
  rowStart: number,
): { readonly field: string; readonly at: number } | { readonly error: CsvError } {
  let field = '';
  for (let from = open + 1; ; ) {
    const close = source.indexOf('"', from);
    if (close === -1) return { error: 'unclosed-quote' };
    if (close - rowStart > ROW_LIMIT_CHARS) return { error: 'unclosed-quote' };
    field += source.slice(from, close);
    if (source[close + 1] !== '"') return { field, at: close + 1 };
    field += '"';
    from = close + 2;
  }
}

function nextLine(source: string, from: number): number {
  const end = source.indexOf('\n', from);
  return end === -1 ? source.length : end + 1;
}

/** The separator that the first line uses outside quotes: spreadsheets write `;` where the comma is the decimal sign. */
function separatorOf(source: string): string {
  const start = source.slice(0, 4000).replace(/"(?:[^"]|"")*(?:"|$)/g, '');
  const header = start.split('\n').find((line) => line.trim() !== '') ?? '';
  const count = (sign: string) => header.split(sign).length;
  return SEPARATORS.reduce((best, sign) => (count(sign) > count(best) ? sign : best));
}

/** What a spreadsheet would take for a formula, at the start of a cell; white space before it does not help. */
const FORMULA = /^[\s\u00a0\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/;

export function isFormula(cell: string): boolean {
  return FORMULA.test(cell);
}

/** A cell that would be a formula begins with an apostrophe, which spreadsheets hide and readCell takes off again. */
export function safeCell(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return '';
  // A negative number is no formula, a text that begins like one may be.
  if (typeof value === 'number') return String(value);
  const cell = value;
  // An apostrophe of its own is doubled in front of a formula, so that reading gives back what was written.
  const safe = isFormula(cell.replace(/^'+/, '')) ? `'${cell}` : cell;
  return /["\r\n,;\t]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** What safeCell wrote. */
export function plainCell(field: string): string {
  return field.startsWith("'") && isFormula(field.replace(/^'+/, '')) ? field.slice(1) : field;
}

export function writeCsv(rows: readonly (readonly (string | number | null | undefined)[])[]): string {
  return rows.map((row) => `${row.map(safeCell).join(',')}\r\n`).join('');
}
