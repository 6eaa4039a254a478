// Names of files, and paths that only one machine has. Fails the build (npm run ok).
import { lineAt, type Problem, runAsProgram, type SourceFile } from './source-tree.ts';

const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+([-_][a-z0-9]+)*)*$/;
/** Names that other programs and people look for. */
const given = /^(README|CHANGELOG|CONTRIBUTING|SECURITY|LICENSE|NOTICE)(\.md)?$|^Makefile$|^\./;
/** They say nothing of what is inside. */
const empty = new Set(['util', 'utils', 'helper', 'helpers', 'common', 'manager', 'managers', 'misc']);
/** Folders of the machine where a line was written. */
const elsewhere = new RegExp(`(?<![\\w.~-])/(?:${['work', 'tmp', 'root'].join('|')})/[\\w.-]+`, 'g');

export function checkWords(files: readonly SourceFile[]): Problem[] {
  const problems: Problem[] = [];
  for (const { path, text } of files) {
    if (path.includes('/corpora/')) continue;
    for (const part of path.split('/')) {
      if (!kebab.test(part) && !given.test(part)) {
        problems.push({ path, sentence: `${part} is not in kebab-case` });
      }
      const word = part.split(/[-.]/).find((each) => empty.has(each));
      if (word !== undefined) problems.push({ path, sentence: `“${word}” says nothing: name the thing` });
    }
    for (const match of text.matchAll(elsewhere)) {
      const sentence = `${match[0]} is a path of one machine: take it from the environment or the configuration`;
      problems.push({ path, line: lineAt(text, match.index), sentence });
    }
  }
  return problems;
}

if (import.meta.main) runAsProgram('words', checkWords);
