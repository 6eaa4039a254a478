// Citations and tags in code: `RFC 3261 §17.2.1`, `[MS-PRES] 3.1.4.2`, and the two tags, well formed; nothing left
// undone. Fails the build (npm run ok). Prose documents may name a document as a whole.
import { isCode, lineAt, type Problem, runAsProgram, type SourceFile } from './source-tree.ts';

const document = /\bRFC(?! \d{3,5} §(?:\d|[A-Z]\b))[ -]?\d{3,5}\b/g;
const microsoft = /\[MS-[A-Z]+\](?! \d+(?:\.\d+)*)/g;
// Spelled in two parts, or this file would find itself.
const undone = new RegExp(`\\b(?:${['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX', 'HA' + 'CK'].join('|')})\\b`, 'g');
const tag = new RegExp(`\\b(?:${'DEVI' + 'ATES'}|${'COM' + 'PAT'})\\b`, 'g');
const deviates = new RegExp(
  `^${'DEVI' + 'ATES'} (?:RFC \\d{3,5} §[\\dA-Z.]+|\\[MS-[A-Z]+\\] [\\d.]+): .+ because .+`,
);
const compatible = new RegExp(`^${'COM' + 'PAT'}\\([^)]+\\): .+ until .+`);

export function checkCitations(files: readonly SourceFile[]): Problem[] {
  return files.filter(({ path }) => isCode(path)).flatMap(problemsOf);
}

function problemsOf({ path, text }: SourceFile): Problem[] {
  const problems: Problem[] = [];
  const found = (offset: number, sentence: string) =>
    problems.push({ path, line: lineAt(text, offset), sentence });
  for (const match of text.matchAll(document)) {
    found(
      match.index,
      `${match[0]} names no section: write the document, a space, § and the section that is meant`,
    );
  }
  for (const match of text.matchAll(microsoft)) {
    found(match.index, `${match[0]} names no section: write its number behind the bracket`);
  }
  for (const match of text.matchAll(undone)) {
    found(match.index, `${match[0]}: do it, or open an issue and leave no mark in the code`);
  }
  for (const match of text.matchAll(tag)) {
    const comment = commentFrom(text, match.index);
    if (comment === undefined) continue;
    const isDeviation = match[0].startsWith('D');
    if (isDeviation && !deviates.test(comment))
      found(match.index, `write ${match[0]}, the section, a colon, what is different, because and why`);
    if (!isDeviation && !compatible.test(comment))
      found(match.index, `write ${match[0]}(client): what is done for it, until and when that ends`);
  }
  return problems.sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
}

/** The comment from here to its end or to the next paragraph as one line; undefined outside of comments. */
function commentFrom(text: string, offset: number): string | undefined {
  const lineStart = text.lastIndexOf('\n', offset) + 1;
  if (!/\/\/|\/\*|^\s*\*/.test(text.slice(lineStart, offset))) return undefined;
  const [first = '', ...rest] = text.slice(offset).split('\n');
  const parts = [first];
  for (const line of rest) {
    const continued = /^\s*(?:\/\/|\*(?!\/))\s?(.*)$/.exec(line);
    if (continued === null || parts.at(-1)?.includes('*/')) break;
    parts.push((continued[1] as string).trim());
  }
  return parts.join(' ').split('*/', 1)[0]?.trim();
}

if (import.meta.main) runAsProgram('citations', checkCitations);
