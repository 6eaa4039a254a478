// An answer of the rules as lines for people: names in words, money with its decimals, lists as tables.
import { table } from './answer.ts';

/** Said elsewhere, or of no use to a reader. */
const HIDDEN: ReadonlySet<string> = new Set(['rules', 'lines', 'profile', 'discrepancy', 'statesRules']);
const MONEY = /(?:cost|price|savings|charges?|total(?:Cost|Price)|bound)$/i;
const ROWS_SHOWN = 50;
const ITEMS_SHOWN = 20;

/** Integer minor units → `1234.50 EUR`. */
export function money(minor: number, currency = ''): string {
  const sign = minor < 0 ? '-' : '';
  const digits = String(Math.abs(Math.round(minor))).padStart(3, '0');
  return `${sign}${digits.slice(0, -2)}.${digits.slice(-2)}${currency === '' ? '' : ` ${currency}`}`;
}

/** `calsToBuy` → `CALs to buy` */
export function inWords(key: string): string {
  const words = key.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();
  const named = words.replace(/\b(?:cals?|sa|ec|sku)\b/g, (word) =>
    word.toUpperCase().replace(/^CALS$/, 'CALs'),
  );
  return named.slice(0, 1).toUpperCase() + named.slice(1);
}

export function resultLines(result: Readonly<Record<string, unknown>>): string[] {
  const plain: string[][] = [];
  const currency = typeof result['currency'] === 'string' ? result['currency'] : '';
  const tables: string[] = [];
  for (const [key, value] of Object.entries(result)) {
    if (HIDDEN.has(key) || value === undefined) continue;
    if (isTable(value)) tables.push('', `${inWords(key)}:`, ...rowsOf(value).map((line) => `  ${line}`));
    // What names a currency is a sum of money, whatever else is called a total.
    else if (currency !== '' && key === 'total') plain.push([inWords(key), money(Number(value), currency)]);
    else plain.push([inWords(key), cell(key, value)]);
  }
  return [...table(plain), ...tables];
}

function rowsOf(rows: readonly Readonly<Record<string, unknown>>[]): string[] {
  const keys = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter((key) => !HIDDEN.has(key));
  const shown = rows.slice(0, ROWS_SHOWN).map((row) => keys.map((key) => cell(key, row[key] ?? '')));
  const left = rows.length - shown.length;
  const lines = table([keys.map((key) => inWords(key).toUpperCase()), ...shown]);
  return left > 0 ? [...lines, `… and ${left} more (--json lists all)`] : lines;
}

function isTable(value: unknown): value is readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) && value.length > 0 && value.every((row) => isRecord(row));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function cell(key: string, value: unknown): string {
  if (value === null) return '–';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return MONEY.test(key) ? money(value) : String(value);
  if (Array.isArray(value)) {
    const shown = value.slice(0, ITEMS_SHOWN).map((each) => cell(key, each));
    const left = value.length - shown.length;
    return shown.length === 0 ? 'none' : `${shown.join(', ')}${left > 0 ? ` … and ${left} more` : ''}`;
  }
  if (!isRecord(value)) return String(value);
  const entries = Object.entries(value);
  if (entries.length === 0) return 'none';
  return entries.map(([name, each]) => `${name}: ${cell(MONEY.test(key) ? key : name, each)}`).join(', ');
}
