// sipsak as an actor: the network administrator's tool, run once with its arguments.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Program, programMissing } from './program.ts';

/** Why tests with sipsak are skipped here; false where it is installed. */
export const sipsakMissing = programMissing('sipsak', 'sipsak');

export interface Finished {
  readonly code: number | NodeJS.Signals;
  readonly text: string;
}

export function sipsak(...args: readonly string[]): Promise<Finished> {
  return runOnce('sipsak', args);
}

/** Runs a program to its end, in a folder of its own. */
export async function runOnce(name: string, args: readonly string[]): Promise<Finished> {
  const folder = await mkdtemp(join(tmpdir(), `parley-${name}-`));
  try {
    await using program = new Program(name, args, { folder });
    program.endInput();
    return { code: await program.ended(), text: program.lines.entries.join('\n') };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
