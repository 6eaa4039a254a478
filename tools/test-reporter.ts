// What a test run prints: one line a file, what failed in full, node's closing counts, and at the very end what was
// left out and why. Given to `node --test` by test.ts.
import { relative, sep } from 'node:path';
import type { EventData } from 'node:test';
import { inspect } from 'node:util';
import { root } from './source-tree.ts';

type Event =
  | { readonly type: 'test:pass'; readonly data: EventData.TestPass }
  | { readonly type: 'test:fail'; readonly data: EventData.TestFail }
  | { readonly type: 'test:diagnostic'; readonly data: EventData.TestDiagnostic }
  | { readonly type: 'test:summary'; readonly data: EventData.TestSummary }
  | { readonly type: 'test:stderr'; readonly data: EventData.TestStderr }
  | { readonly type: 'test:stdout'; readonly data: EventData.TestStdout };

/** The message that closes a run: `tests 812`. */
const count = /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) /;

export default async function* report(source: AsyncIterable<Event>): AsyncGenerator<string> {
  const failed: string[] = [];
  const skipped = new Map<string, Set<string>>();
  const counts: string[] = [];
  const output = new Map<string, string>();
  for await (const { type, data } of source) {
    const file = nameOf(data.file);
    if (type === 'test:pass' && data.skip !== undefined) {
      const reason = typeof data.skip === 'string' && data.skip !== '' ? data.skip : 'no reason is given';
      skipped.set(reason, (skipped.get(reason) ?? new Set()).add(`${file}: ${data.name}`));
    } else if (type === 'test:fail' && data.todo === undefined) {
      const failure = failureOf(file, data, output.get(file) ?? '');
      if (failure === undefined) continue;
      failed.push(`FAILED ${place(file, data)} ${data.name}`);
      // At once, because a run that is ended from outside never comes to its end.
      yield failure;
    } else if (type === 'test:stderr' || type === 'test:stdout') {
      output.set(file, `${output.get(file) ?? ''}${data.message}`.slice(-20_000));
    } else if (type === 'test:diagnostic' && data.nesting === 0 && count.test(data.message)) {
      counts.push(`# ${data.message}`);
    } else if (type === 'test:summary' && data.file !== undefined) {
      yield fileLine(file, data);
      // What a test printed is of interest only where something went wrong.
      if (!data.success && output.has(file)) yield `${output.get(file)?.trimEnd()}\n`;
      output.delete(file);
    }
  }
  if (failed.length > 0) yield `\n${failed.join('\n')}\n`;
  yield `\n${counts.join('\n')}\n`;
  yield skippedLines(skipped);
}

function nameOf(file: string | undefined): string {
  return file === undefined ? '' : relative(root, file).split(sep).join('/');
}

function fileLine(file: string, { counts, duration_ms, success }: EventData.TestSummary): string {
  const skips = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
  return `${success ? 'ok    ' : 'FAILED'} ${file} (${counts.tests} tests${skips}, ${(duration_ms / 1000).toFixed(1)} s)\n`;
}

function failureOf(file: string, data: EventData.TestFail, output: string): string | undefined {
  const { error } = data.details;
  // The suite around a test that failed has nothing to add.
  if ((error as { failureType?: string }).failureType === 'subtestsFailed') return undefined;
  const cause = error.cause instanceof Error || typeof error.cause === 'string' ? error.cause : error;
  // A file that could not even be loaded says why on its own output.
  const text = typeof cause === 'string' ? `${cause}\n${output.trimEnd()}` : inspect(cause, { depth: 4 });
  return `FAILED ${place(file, data)}\n  ${data.name}\n${text.replace(/^/gm, '    ')}\n`;
}

function place(file: string, { line }: EventData.TestFail): string {
  return line === undefined ? file : `${file}:${line}`;
}

function skippedLines(skipped: ReadonlyMap<string, ReadonlySet<string>>): string {
  const parts = Array.from(skipped, ([reason, tests]) => {
    const [first = ''] = tests;
    const others = tests.size > 1 ? ` and ${tests.size - 1} more` : '';
    return `  ${reason}\n    ${first}${others}\n`;
  });
  return parts.length === 0 ? 'Nothing was left out.\n' : `Left out, and why:\n${parts.join('')}`;
}
