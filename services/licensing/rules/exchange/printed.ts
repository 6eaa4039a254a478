// A document in sections of sentences and tables, and the same as one HTML file that prints well and fetches nothing. The
// position and the quote are such documents; position-pdf.ts writes them as PDF (licensing rule M10).
import { escapeXml } from '@parley/protocol/presence';

export interface PrintedDocument {
  readonly title: string;
  readonly sections: readonly PrintedSection[];
}

export interface PrintedSection {
  readonly title: string;
  readonly sentences: readonly string[];
  readonly table?: PrintedTable;
}

export interface PrintedTable {
  /** Columns that hold numbers are set to the right. */
  readonly columns: readonly { readonly title: string; readonly isNumber?: boolean }[];
  /** A row that stands out: too few licences, a sum. */
  readonly rows: readonly {
    readonly cells: readonly string[];
    readonly isShort?: boolean;
    readonly isSum?: boolean;
  }[];
}

export function textColumns(...titles: readonly string[]) {
  return titles.map((title) => ({ title }));
}

export function numberColumns(...titles: readonly string[]) {
  return titles.map((title) => ({ title, isNumber: true }));
}

const STYLE = `
:root { color-scheme: light; }
body { font: 11pt/1.45 system-ui, "Segoe UI", sans-serif; color: #1b1b1b; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 1.5rem; text-wrap: balance; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; break-after: avoid; }
p { margin: .25rem 0; overflow-wrap: break-word; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: start; padding: .35rem .5rem; border-bottom: 1px solid #d0d0d0; vertical-align: top; }
th { border-bottom: 2px solid #1b1b1b; }
td.long { overflow-wrap: anywhere; min-width: 8rem; }
.whole { white-space: nowrap; }
.number { text-align: end; white-space: nowrap; }
.sum { font-weight: 600; }
.short { font-weight: 600; background: #fdf0ef; }
tr { break-inside: avoid; }
thead { display: table-header-group; }
@page { size: A4; margin: 18mm 15mm; }
@media print {
  body { margin: 0; max-width: none; padding: 0; font-size: 9.5pt; }
  h1 { font-size: 1.3rem; }
  .wide { overflow: visible; }
  th, td { padding: .3rem .35rem; }
  .short { background: none; }
}`;

export function printedHtml({ title, sections }: PrintedDocument): string {
  const name = escapeXml(title);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${name}</title>
<style>${STYLE}
</style>
</head>
<body>
<h1>${name}</h1>
${sections.map(sectionHtml).join('\n')}
</body>
</html>
`;
}

function sectionHtml({ title, sentences, table }: PrintedSection): string {
  const heading = `<section>\n<h2>${escapeXml(title)}</h2>`;
  const paragraphs = sentences.map((sentence) => `<p>${escapeXml(sentence)}</p>`);
  return [heading, ...paragraphs, ...(table === undefined ? [] : [tableHtml(table)]), '</section>'].join(
    '\n',
  );
}

/** Longer than any word of a language: a hash, an id. Only these may be broken anywhere. */
const UNBROKEN = /\S{22}/u;
const DAY = /^\d{4}-\d\d-\d\d$/;

function tableHtml({ columns, rows }: PrintedTable): string {
  const classOf = (index: number, cell = '') => {
    if (columns[index]?.isNumber === true) return ' class="number"';
    if (DAY.test(cell)) return ' class="whole"';
    return UNBROKEN.test(cell) ? ' class="long"' : '';
  };
  const head = columns.map(({ title }, index) => `<th scope="col"${classOf(index)}>${escapeXml(title)}</th>`);
  const body = rows.map(({ cells, isShort, isSum }) => {
    const row = cells.map((cell, index) => `<td${classOf(index, cell)}>${escapeXml(cell)}</td>`);
    const emphasis = isShort === true ? ' class="short"' : isSum === true ? ' class="sum"' : '';
    return `<tr${emphasis}>${row.join('')}</tr>`;
  });
  return `<div class="wide">\n<table>\n<thead><tr>${head.join('')}</tr></thead>\n<tbody>\n${body.join('\n')}\n</tbody>\n</table>\n</div>`;
}
