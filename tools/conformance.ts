// The conformance page: docs/conformance.md from docs/conformance.json, the public face of what is implemented.
// `node tools/conformance.ts` writes it; docs.ts checks it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem, SourceFile } from './source-tree.ts';
import { root } from './source-tree.ts';

export const conformanceSource = 'docs/conformance.json';
export const conformancePage = 'docs/conformance.md';

export interface ConformanceDocument {
  /** Its number with the series, as in `docs/conformance.json`. */
  readonly document: string;
  readonly title: string;
  readonly sections: readonly ConformanceSection[];
}

export interface ConformanceSection {
  /** `17.2.1`; `*` where the whole document is meant. */
  readonly section: string;
  readonly title: string;
  readonly status: 'done' | 'partial' | 'no';
  /** The version that has it first; absent for `no`. */
  readonly since?: string;
  readonly note?: string;
  /** The test file that shows it; needed for `done` and `partial`. */
  readonly test?: string;
}

const signs = { done: 'yes', partial: 'partly', no: 'no' } as const;

export function conformanceMarkdown(documents: readonly ConformanceDocument[]): string {
  const parts = documents.map(({ document, title, sections }) => {
    const rows = sections.map(
      ({ section, title: name, status, since = '', note = '', test }) =>
        `| ${section === '*' ? 'all' : `§${section}`} ${cell(name)} | ${signs[status]} | ${since} | ${test === undefined ? '' : `[test](../${test})`} | ${cell(note)} |`,
    );
    const head = '| Section | Implemented | Since | Test | Note |\n| --- | --- | --- | --- | --- |';
    return `## ${document}: ${title}\n\n${head}\n${rows.join('\n')}\n`;
  });
  return `# Conformance\n\nWhat Parley implements of which document, and the test that shows it. Written by \`tools/conformance.ts\` from \`conformance.json\`.\n\n${parts.join('\n')}`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

/** What is wrong with the source itself: unknown states, tests that are not there. */
export function checkConformance(files: readonly SourceFile[]): Problem[] {
  const source = files.find(({ path }) => path === conformanceSource);
  if (source === undefined) return [{ path: conformanceSource, sentence: 'is missing' }];
  const paths = new Set(files.map(({ path }) => path));
  const problems: Problem[] = [];
  const wrong = (sentence: string) => problems.push({ path: conformanceSource, sentence });
  const seen = new Set<string>();
  for (const { document, sections } of JSON.parse(source.text) as ConformanceDocument[]) {
    if (!/^(RFC \d{3,5}|\[MS-[A-Z]+\])$/.test(document)) wrong(`${document} is not the name of a document`);
    for (const { section, status, since, test } of sections) {
      const name = `${document} §${section}`;
      if (seen.has(name)) wrong(`${name} is there twice`);
      seen.add(name);
      if (!/^(\*|(\d+|[A-Z])(\.\d+)*)$/.test(section)) wrong(`${name} is not the number of a section`);
      if (signs[status] === undefined) wrong(`${name}: the status is done, partial or no, not ${status}`);
      if (status !== 'no' && test === undefined)
        wrong(`${name} is said to be implemented, but names no test`);
      if (status !== 'no' && since === undefined) wrong(`${name} does not say since which version`);
      if (test !== undefined && !paths.has(test)) wrong(`${name} names ${test}, which is not there`);
    }
  }
  return problems;
}

if (import.meta.main) {
  const documents = JSON.parse(readFileSync(join(root, conformanceSource), 'utf8')) as ConformanceDocument[];
  writeFileSync(join(root, conformancePage), conformanceMarkdown(documents));
  process.stdout.write(`${conformancePage} is written.\n`);
}
