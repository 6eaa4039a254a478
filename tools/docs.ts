// The documents are true: links resolve, generated pages are up to date, the tests that they name exist.
// Fails the build (npm run ok).
import { posix } from 'node:path';
import {
  type ConformanceDocument,
  checkConformance,
  conformanceMarkdown,
  conformancePage,
  conformanceSource,
} from './conformance.ts';
import { type Contracts, contractReport, contractReportPath, loadContracts } from './contracts.ts';
import { isCode, lineAt, type Problem, readTree, report, type SourceFile } from './source-tree.ts';

const link = /(?<!`)\[[^\]]*\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g;
/** Of decisions and other pages, in comments. */
const cited = /\bdocs\/[\w./-]*\w/g;

export function checkDocs(files: readonly SourceFile[], contracts: Contracts): Problem[] {
  return [...checkLinks(files), ...checkConformance(files), ...checkGenerated(files, contracts)];
}

function checkLinks(files: readonly SourceFile[]): Problem[] {
  const paths = new Map(files.map((file) => [file.path, file]));
  const isThere = (path: string) => paths.has(path) || files.some((file) => file.path.startsWith(`${path}/`));
  const problems: Problem[] = [];
  for (const { path, text } of files) {
    if (path.endsWith('.md')) {
      const prose = text.replace(/```[\s\S]*?```/g, (block) => block.replace(/[^\n]/g, ' '));
      for (const match of prose.matchAll(link)) {
        const [target = '', anchor] = (match[1] as string).split('#');
        if (/^[a-z]+:/.test(match[1] as string)) continue;
        const full =
          target === '' ? path : posix.normalize(posix.join(posix.dirname(path), decodeURI(target)));
        const line = lineAt(prose, match.index);
        if (full.startsWith('..') || !isThere(full.replace(/\/$/, ''))) {
          problems.push({ path, line, sentence: `the link to ${match[1]} leads nowhere` });
        } else if (
          anchor !== undefined &&
          full.endsWith('.md') &&
          !anchorsOf(paths.get(full)?.text ?? '').has(anchor)
        ) {
          problems.push({ path, line, sentence: `${full} has no heading #${anchor}` });
        }
      }
    } else if (isCode(path) && !path.startsWith('tools/')) {
      for (const match of text.matchAll(cited)) {
        // A decision may be cited by its number alone.
        if (files.some((file) => file.path === match[0] || file.path.startsWith(match[0]))) continue;
        problems.push({ path, line: lineAt(text, match.index), sentence: `${match[0]} is not there` });
      }
    }
  }
  return problems;
}

/** Headings as the usual viewers turn them into anchors. */
function anchorsOf(text: string): Set<string> {
  const headings = text.matchAll(/^#+\s+(.*)$/gm);
  return new Set(
    Array.from(headings, ([, heading = '']) =>
      heading
        .trim()
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replace(/\s/g, '-'),
    ),
  );
}

function checkGenerated(files: readonly SourceFile[], contracts: Contracts): Problem[] {
  const problems: Problem[] = [];
  const text = (path: string) => files.find((file) => file.path === path)?.text;
  const source = text(conformanceSource);
  if (
    source !== undefined &&
    text(conformancePage) !== conformanceMarkdown(JSON.parse(source) as ConformanceDocument[])
  ) {
    problems.push({ path: conformancePage, sentence: 'is not up to date: run node tools/conformance.ts' });
  }
  if (text(contractReportPath) !== contractReport(contracts)) {
    problems.push({
      path: contractReportPath,
      sentence: 'is not up to date: run node tools/contracts.ts and look at the difference',
    });
  }
  return problems;
}

if (import.meta.main) {
  const files = readTree();
  const problems = checkDocs(files, await loadContracts(files));
  process.stdout.write(report('docs', problems));
  process.exitCode = problems.length === 0 ? 0 : 1;
}
