// Values of options as `parley licence` takes them: counts, days, names with numbers. A wrong one is bad usage, with the
// form that was meant.
import { type Command, Option } from 'commander';
import { CommandFault, EXIT } from './answer.ts';

export type Profile = 'printed' | 'corrected';

export function count(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw badUsage(`"${text}" is not a whole number.`, 'Give a number from 0 to 999999999.');
}

export function day(text: string): string {
  const at = new Date(`${text}T00:00:00Z`);
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(at.getTime());
  if (isDay && at.toISOString().startsWith(text)) return text;
  throw badUsage(`"${text}" is not a day of the calendar.`, 'Write it as 2026-01-31.');
}

/** `2007-10-01..2010-09-30` */
export function term(text: string): readonly [string, string] {
  const [from, to, ...rest] = text.split('..');
  if (from !== undefined && to !== undefined && rest.length === 0) return [day(from), day(to)];
  throw badUsage(`"${text}" is not a term.`, 'Write its first and last day: 2007-10-01..2010-09-30.');
}

/** `10=36000`, repeated: pack sizes with prices, licences with quantities. */
export function numbered(
  text: string,
  before: Readonly<Record<string, number>> = {},
): Record<string, number> {
  const [, name, value] = /^([^=]+)=(\d{1,15})$/.exec(text) ?? [];
  if (name !== undefined && value !== undefined) return { ...before, [name]: Number(value) };
  throw badUsage(`"${text}" is not of the form NAME=NUMBER.`, 'For example: 10=36000.');
}

export function numbers(text: string): number[] {
  return text.split(',').map((each) => count(each.trim()));
}

/** An option that may be given several times. */
export function repeated(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}

export function badUsage(sentence: string, remedy: string): CommandFault {
  return new CommandFault({ code: 'CLI_BAD_USAGE', sentence, remedy }, { exitCode: EXIT.badUsage });
}

export function withProfile(command: Command): Command {
  return command.addOption(
    new Option(
      '--profile <profile>',
      'printed: as the documents say it to the letter; corrected: as they were probably meant',
    )
      .choices(['printed', 'corrected'])
      .default('printed'),
  );
}

/** Leaves out what was not given, so that files and defaults of the rules stay in force. */
export function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}
