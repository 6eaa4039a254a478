// What a command of the command line says: one answer, as text for people or as one JSON document. Used by every command.
import type { Fault, Outcome } from '@parley/platform/contract';

/** Documented in `parley --help`. */
export const EXIT = { done: 0, failed: 1, badUsage: 2, refused: 3 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export interface Answer {
  /** The document of `--json`, beside `ok`. */
  readonly data: object;
  readonly text: readonly string[];
  /** Default: done. */
  readonly exitCode?: ExitCode;
}

/** A fault that ends a command. `details` are lines below the sentence: rows, settings. */
export class CommandFault extends Error implements Fault {
  readonly code: string;
  readonly sentence: string;
  readonly remedy?: string;
  readonly exitCode: ExitCode;
  readonly details: readonly string[];
  /** Joins the JSON document. */
  readonly data: object;

  constructor(
    fault: Fault,
    options: {
      readonly exitCode?: ExitCode;
      readonly details?: readonly string[];
      readonly data?: object;
    } = {},
  ) {
    super(fault.sentence);
    this.name = 'CommandFault';
    this.code = fault.code;
    this.sentence = fault.sentence;
    if (fault.remedy !== undefined) this.remedy = fault.remedy;
    this.exitCode = options.exitCode ?? EXIT.failed;
    this.details = options.details ?? [];
    this.data = options.data ?? {};
  }
}

/** The value, or the fault as the end of the command: what a service or a rule refused, the person can change. */
export function granted<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  const isOurs = outcome.fault.code.startsWith('BUS_');
  throw new CommandFault(outcome.fault, { exitCode: isOurs ? EXIT.failed : EXIT.refused });
}

export function answerDocument(answer: Answer): string {
  const ok = (answer.exitCode ?? EXIT.done) === EXIT.done;
  return `${JSON.stringify({ ok, ...answer.data }, null, 2)}\n`;
}

export function faultDocument(fault: Fault, data: object): string {
  const { code, sentence, remedy } = fault;
  return `${JSON.stringify({ ok: false, code, sentence, ...(remedy === undefined ? {} : { remedy }), ...data }, null, 2)}\n`;
}

/** One clear message; never a stack trace. */
export function faultText(fault: Fault, details: readonly string[]): string {
  const lines = [`${fault.sentence} [${fault.code}]`, ...details.map((line) => `  ${line}`)];
  if (fault.remedy !== undefined) lines.push(fault.remedy);
  return `${lines.join('\n')}\n`;
}

/** What people and phones wrote must not move the cursor of a terminal or turn its lines around. */
const UNPRINTABLE = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

export function printable(text: string): string {
  return text.replace(UNPRINTABLE, '\u{fffd}');
}

/** Columns as wide as their widest cell; the last is not padded. */
export function table(cells: readonly (readonly string[])[]): string[] {
  const rows = cells.map((row) => row.map(printable));
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, [...cell].length);
  }
  return rows.map((row) =>
    row
      .map((cell, index) => cell + ' '.repeat((widths[index] ?? 0) - [...cell].length))
      .join('  ')
      .trimEnd(),
  );
}
