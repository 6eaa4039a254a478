// Runs the program inside a test: many commands in a second, where starting it for each would take a minute. Used by the
// tests of commands that only answer.
import { Writable } from 'node:stream';
import { run } from '../parley.ts';
import type { Ran } from './spawn-testing.ts';

export async function runHere(args: readonly string[]): Promise<Ran> {
  const texts = { stdout: '', stderr: '' };
  const collect = (name: 'stdout' | 'stderr') =>
    new Writable({
      write(chunk: Buffer, _encoding, written) {
        texts[name] += chunk.toString();
        written();
      },
    });
  const code = await run(args, { stdout: collect('stdout'), stderr: collect('stderr') });
  return { code, ...texts };
}

/** With `--json`: the document beside the exit code. */
export async function jsonHere(args: readonly string[]) {
  const ran = await runHere([...args, '--json']);
  return { exit: ran.code, ...JSON.parse(ran.stdout) };
}
