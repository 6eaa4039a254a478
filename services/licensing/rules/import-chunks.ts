// A large CSV file in pieces that fit into one message of the bus, each with the header line (licensing rule M10). Used by
// http.ts and the command line, which add the lines before a piece to those that its report names.
import type { ImportReport } from './report.ts';

export interface CsvPiece {
  readonly csv: string;
  /** What to add to a line of the piece to get the line of the file. */
  readonly linesBefore: number;
}

const PIECE_CHARS = 250_000;
/** A quote that is open for longer was never meant to be one: its row is reported as bad, and not the rest of the file. */
const ROW_LIMIT_CHARS = 20_000;

export function csvPieces(text: string, pieceChars = PIECE_CHARS): CsvPiece[] {
  if (text.length <= pieceChars) return [{ csv: text, linesBefore: 0 }];
  const body = endOfRow(text, 0);
  const header = text.slice(0, body);
  const headerLines = linesIn(header);
  const pieces: CsvPiece[] = [];
  let line = headerLines;
  for (let start = body; start < text.length; ) {
    let end = start;
    while (end < text.length && end - start < pieceChars) end = endOfRow(text, end);
    const rows = text.slice(start, end);
    pieces.push({ csv: header + rows, linesBefore: line - headerLines });
    line += linesIn(rows);
    start = end;
  }
  return pieces.length === 0 ? [{ csv: text, linesBefore: 0 }] : pieces;
}

/** The reports of the pieces as the report of the file. */
export function joinReports(
  reports: readonly { readonly piece: CsvPiece; readonly report: ImportReport }[],
  rejectedShown = 1_000,
): ImportReport {
  return {
    accepted: reports.reduce((sum, { report }) => sum + report.accepted, 0),
    rejected: reports
      .flatMap(({ piece, report }) =>
        report.rejected.map((row) => ({ ...row, line: row.line + piece.linesBefore })),
      )
      .slice(0, rejectedShown),
    dryRun: reports.some(({ report }) => report.dryRun),
  };
}

function endOfRow(text: string, start: number): number {
  let isQuoted = false;
  for (let at = start; at < text.length; at++) {
    const char = text[at];
    if (char === '"') isQuoted = !isQuoted;
    else if (char === '\n' && (!isQuoted || at - start > ROW_LIMIT_CHARS)) return at + 1;
    else if (char === '\r' && text[at + 1] !== '\n' && !isQuoted) return at + 1;
  }
  return text.length;
}

function linesIn(text: string): number {
  return text.match(/\r\n|\n|\r/g)?.length ?? 0;
}
