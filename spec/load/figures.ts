// Figures of a run: kept as JSON lines in spec/results, printed as one table. A budget is shown beside its figure and
// judged by the reader: how fast a machine is decides, so no test fails on time.
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Machine } from './machine.ts';

export const RESULTS = join(import.meta.dirname, '..', 'results');

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What the product promises, in the same unit. */
  readonly budget?: number;
  /** How it came about: runs, minimum and maximum, peers. */
  readonly note?: string;
}

export class Figures {
  readonly #machine: Machine;
  readonly #rows: (Figure & { readonly part: string })[] = [];

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  /** @param raw everything that was measured, for the file only */
  add(part: string, figure: Figure, raw?: object): void {
    this.#rows.push({ part, ...figure });
    mkdirSync(RESULTS, { recursive: true });
    const line = { ...this.#machine, part, ...figure, ...(raw === undefined ? {} : { raw }) };
    appendFileSync(join(RESULTS, 'bench.jsonl'), `${JSON.stringify(line)}\n`);
  }

  table(): string[] {
    const rows = [
      ['', 'figure', 'budget', ''],
      ...this.#rows.map(({ part, name, value, unit, budget, note }) => [
        `${part}: ${name}`,
        `${shown(value)} ${unit}`,
        budget === undefined ? '' : `${value <= budget ? 'met' : 'MISSED'} ≤ ${shown(budget)} ${unit}`,
        note ?? '',
      ]),
    ];
    const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
    return rows.map((row) =>
      row
        .map((cell, column) => (column === 1 ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
        .join('  ')
        .trimEnd(),
    );
  }
}

function shown(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** `median of 5, 812–990`. */
export function spread(values: readonly number[]): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return values.length === 1 ? 'one run' : `median of ${values.length}, ${shown(least)}–${shown(most)}`;
}
