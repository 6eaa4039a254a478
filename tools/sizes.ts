// No file over 600 lines. Fails the build (npm run ok). Exceptions are listed with their reason in size-exceptions.json.
import exceptions from './size-exceptions.json' with { type: 'json' };
import { isCode, type Problem, runAsProgram, type SourceFile } from './source-tree.ts';

export const limitLines = 600;

export function checkSizes(
  files: readonly SourceFile[],
  allowed: Readonly<Record<string, string>> = exceptions,
): Problem[] {
  const problems: Problem[] = [];
  for (const { path, text } of files) {
    if (!isCode(path) && !path.endsWith('.css')) continue;
    const lines = text.split('\n').length - 1;
    if (lines > limitLines && allowed[path] === undefined) {
      problems.push({
        path,
        sentence: `${lines} lines are more than ${limitLines}: split it by what its parts are about`,
      });
    }
    if (lines <= limitLines && allowed[path] !== undefined) {
      problems.push({ path, sentence: 'its line in size-exceptions.json is not needed any more' });
    }
  }
  for (const [path, reason] of Object.entries(allowed)) {
    if (!files.some((file) => file.path === path))
      problems.push({ path, sentence: 'is in size-exceptions.json but not there' });
    if (reason.trim() === '')
      problems.push({ path, sentence: 'is in size-exceptions.json without a reason' });
  }
  return problems;
}

if (import.meta.main) runAsProgram('sizes', checkSizes);
