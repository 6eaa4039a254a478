// Fuzz target of CSV files: whatever the bytes, nothing throws, every row is accounted for, and what is written is read back
// without a formula in it. Run by `npm run fuzz` and by the properties.
import { readAccessLog } from './access-log.ts';
import { isFormula, plainCell, readCsv, writeCsv } from './csv.ts';
import { readPurchases } from './registers.ts';

/** Folders with seeds, from the root of the repository. */
export const corpus: string[] = ['spec/corpora/licence-csv'];

export function fuzz(data: Uint8Array): void {
  const text = new TextDecoder().decode(data);
  const { rows, problems } = readCsv(text);
  const lines = text.split('\n').length;
  if ([...rows, ...problems].some(({ line }) => line < 1 || line > lines))
    throw new Error('a line that is not there');

  const imported = readAccessLog(text);
  if (imported.ok) {
    const counted = imported.value.edges.reduce((sum, { count }) => sum + count, 0);
    if (counted !== imported.value.accepted)
      throw new Error(`${imported.value.accepted} rows became ${counted}`);
  }
  readPurchases(text);

  // Quoting makes a row up to three times as long, and rows have a limit.
  if (text.length > 6000) return;
  const written = rows.map(({ fields }) => fields);
  const again = readCsv(writeCsv(written));
  const kept = again.rows.map(({ fields }) => fields.map(plainCell));
  if (again.problems.length > 0) throw new Error('its own CSV is refused');
  // The separator is found again from the first line: a single column may hold commas, which are then quoted.
  if (JSON.stringify(kept) !== JSON.stringify(written))
    throw new Error(`${JSON.stringify(kept)} is not ${JSON.stringify(written)}`);
  for (const { fields } of again.rows)
    if (fields.some((field) => isFormula(field))) throw new Error('a formula was written');
}
