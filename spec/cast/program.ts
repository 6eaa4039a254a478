// A program of Debian's as an actor: started with its arguments, heard by the lines that it prints, ended with its test.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Notebook } from './waiting.ts';

/** Why tests with this program are skipped here; false where it is installed. */
export function programMissing(program: string, debianPackage: string): string | false {
  if (spawnSync(program, ['--version'], { timeout: 10_000 }).error === undefined) return false;
  return `${program} is not installed (Debian: apt-get install ${debianPackage})`;
}

export interface ProgramSettings {
  /** Where it runs and keeps what it writes, instead of the home of whoever runs the test. */
  readonly folder: string;
  readonly endMs?: number;
}

const END_MS = 60_000;

export class Program implements AsyncDisposable {
  /** Everything that it printed, a line at a time. */
  readonly lines = new Notebook<string>();
  readonly #name: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | NodeJS.Signals>;

  constructor(name: string, args: readonly string[], { folder, endMs = END_MS }: ProgramSettings) {
    this.#name = name;
    this.#child = spawn(name, args, {
      cwd: folder,
      env: { ...process.env, HOME: folder, TERM: 'dumb' },
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: endMs,
      killSignal: 'SIGKILL',
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on('line', (line) => this.lines.add(line));
    }
    // A program that has ended reads no more.
    this.#child.stdin?.on('error', () => {});
    this.#ended = once(this.#child, 'close').then(([code, signal]) => code ?? signal);
    this.#ended.catch(() => {});
  }

  /** Types a line into it. */
  type(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  /** Nothing more will be typed. */
  endInput(): void {
    this.#child.stdin?.end();
  }

  /** Resolves with the line that it prints, or has printed, after the first `from` lines. */
  prints(what: string | RegExp, { from = 0, deadlineMs = 15_000 } = {}): Promise<string> {
    const found = (line: string) => (typeof what === 'string' ? line.includes(what) : what.test(line));
    return this.lines.until(
      `${this.#name} to print ${what}`,
      (all) => all.slice(from).find(found),
      deadlineMs,
    );
  }

  /** Resolves with its exit code, or the signal that ended it, when all that it printed was read. */
  ended(): Promise<number | NodeJS.Signals> {
    return this.#ended;
  }

  kill(signal: NodeJS.Signals = 'SIGTERM'): void {
    this.#child.kill(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill('SIGKILL');
    await this.#ended.catch(() => {});
  }
}
