// Tables as spreadsheets and address books write them (RFC 4180 §2): commas, semicolons or tabs. Pure.

/** The first line decides; a decimal comma in a name decides nothing. */
function separatorOf(text: string): string {
  const [first = ''] = text.split(/\r\n|\r|\n/, 1);
  const counts = [',', ';', '\t'].map((mark) => ({ mark, count: first.split(mark).length }));
  return counts.sort((one, other) => other.count - one.count)[0]?.mark ?? ',';
}

export interface CsvRow {
  /** Of the file, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** Rows with something in them; quotes that never end take the rest. */
export function readCsv(file: string): CsvRow[] {
  const text = file.replace(/^\ufeff/, '');
  const separator = separatorOf(text);
  const rows: CsvRow[] = [];
  let cells: string[] = [];
  let cell = '';
  let line = 1;
  let begins = 1;
  let isQuoted = false;
  function endRow(): void {
    cells.push(cell.trim());
    if (cells.some((one) => one !== '')) rows.push({ line: begins, cells });
    cells = [];
    cell = '';
  }
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (char === '\n') line += 1;
    if (isQuoted) {
      if (char !== '"') cell += char;
      else if (text[at + 1] === '"') cell += text[++at];
      else isQuoted = false;
    } else if (char === '"' && cell.trim() === '') {
      cell = '';
      isQuoted = true;
    } else if (char === separator) {
      cells.push(cell.trim());
      cell = '';
    } else if (char === '\n') {
      endRow();
      begins = line;
    } else if (char !== '\r') cell += char;
  }
  endRow();
  return rows;
}

/** A cell that a spreadsheet would run as a formula is made text. */
export function writeCsv(rows: readonly (readonly string[])[]): string {
  const cellOf = (text: string) => {
    const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",;\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return rows.map((cells) => `${cells.map(cellOf).join(',')}\r\n`).join('');
}
