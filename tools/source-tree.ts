// The files of the repository as the checkers see them. Used by every checker's main and by ok.ts.
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';

export interface SourceFile {
  /** From the root of the repository, with `/`. */
  readonly path: string;
  /** Empty for files that are not text. */
  readonly text: string;
}

export interface Problem {
  readonly path: string;
  readonly line?: number;
  /** What is wrong and what to do about it. */
  readonly sentence: string;
}

export type Check = (files: readonly SourceFile[]) => Problem[];

export const root = join(import.meta.dirname, '..');

const left = new Set(['node_modules', 'dist', '.git', '.parley', 'results', 'coverage']);
const texts = new Set([
  '.ts',
  '.tsx',
  '.mjs',
  '.js',
  '.json',
  '.md',
  '.css',
  '.html',
  '.yaml',
  '.yml',
  '.sql',
  '.sh',
  '.txt',
  '',
]);

export function readTree(folder: string = root): SourceFile[] {
  const files: SourceFile[] = [];
  walk(folder, folder, files);
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function walk(base: string, folder: string, files: SourceFile[]): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (left.has(entry.name)) continue;
    const full = join(folder, entry.name);
    if (entry.isDirectory()) {
      walk(base, full, files);
    } else if (entry.isFile() && !entry.name.endsWith('.log')) {
      const isText = texts.has(extname(entry.name)) && !full.includes(`${sep}corpora${sep}`);
      files.push({
        path: relative(base, full).split(sep).join('/'),
        text: isText ? readFileSync(full, 'utf8') : '',
      });
    }
  }
}

/** TypeScript that is ours, generated files excepted. */
export function isCode(path: string): boolean {
  return /\.(ts|tsx|mjs)$/.test(path);
}

/** Tests and what only tests use: they may look behind the walls. */
export function isTest(path: string): boolean {
  return /(\.test\.tsx?|\.fuzz\.ts|-(suite|cases|testing)\.ts)$|(^|\/)(testing(\.ts|\/)|fixtures\/)|^spec\//.test(
    path,
  );
}

/** 1 for the first line. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}

/** The main of a checker: prints its problems and ends with 1 if there are any. */
export function runAsProgram(name: string, check: Check): void {
  const problems = check(readTree());
  process.stdout.write(report(name, problems));
  process.exitCode = problems.length === 0 ? 0 : 1;
}

export function report(name: string, problems: readonly Problem[]): string {
  if (problems.length === 0) return `${name}: ok\n`;
  const lines = problems.map(
    ({ path, line, sentence }) => `  ${path}${line === undefined ? '' : `:${line}`}: ${sentence}`,
  );
  return `${name}: ${problems.length} problem${problems.length === 1 ? '' : 's'}\n${lines.join('\n')}\n`;
}
