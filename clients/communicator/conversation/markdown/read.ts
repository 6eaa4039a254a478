// Reads the Markdown of a message: code blocks, quotes and lists by line, the rest as paragraphs. Pure, and linear in the
// text; every text is a message, and nothing of it ever becomes HTML.
import { readInline } from './inline.ts';
import type { Block, Inline, Mentioned } from './tree.ts';

const FENCE = /^\s{0,3}```\s*([\w+#.-]{0,20})\s*$/;
const QUOTE = /^\s{0,3}>\s?/;
const POINT = /^\s{0,3}[-*•]\s+(?=\S)/;
const NUMBER = /^\s{0,3}(\d{1,9})[.)]\s+(?=\S)/;
const QUOTES_DEEP = 3;

export function readMarkdown(text: string, mentioned: readonly Mentioned[] = []): Block[] {
  return readLines(text.split('\n'), mentioned, QUOTES_DEEP);
}

function readLines(lines: readonly string[], mentioned: readonly Mentioned[], deep: number): Block[] {
  const blocks: Block[] = [];
  let paragraph: string[] = [];
  const inline = (text: string) => readInline(text, mentioned);

  function endParagraph(): void {
    const text = withoutBlankEnds(paragraph).join('\n');
    if (text !== '') blocks.push({ kind: 'paragraph', children: inline(text) });
    paragraph = [];
  }

  /** Where the code block that is opened there ends; a block that is never closed goes to the end. */
  let lastFence = lines.length;
  while (lastFence > 0 && !FENCE.test(lines[lastFence - 1] ?? '')) lastFence -= 1;

  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? '';
    const fence = FENCE.exec(line);
    if (fence !== null && at + 1 < lastFence) {
      let end = at + 1;
      while (!/^\s{0,3}```\s*$/.test(lines[end] ?? '') && end < lines.length) end += 1;
      if (end < lines.length) {
        endParagraph();
        blocks.push({ kind: 'code', language: fence[1] ?? '', text: lines.slice(at + 1, end).join('\n') });
        at = end + 1;
        continue;
      }
      lastFence = at;
    }
    const end = deep > 0 && QUOTE.test(line) ? runOf(lines, at, QUOTE) : at;
    if (end > at) {
      endParagraph();
      const quoted = lines.slice(at, end).map((one) => one.replace(QUOTE, ''));
      blocks.push({ kind: 'quote', children: readLines(quoted, mentioned, deep - 1) });
      at = end;
      continue;
    }
    const sign = POINT.test(line) ? POINT : NUMBER.test(line) ? NUMBER : null;
    if (sign !== null) {
      endParagraph();
      const last = runOf(lines, at, sign);
      const items: Inline[][] = lines.slice(at, last).map((one) => inline(one.replace(sign, '')));
      blocks.push({ kind: 'list', start: sign === NUMBER ? Number(NUMBER.exec(line)?.[1]) : null, items });
      at = last;
      continue;
    }
    paragraph.push(line);
    at += 1;
  }
  endParagraph();
  return blocks;
}

function runOf(lines: readonly string[], from: number, sign: RegExp): number {
  let end = from;
  while (end < lines.length && sign.test(lines[end] ?? '')) end += 1;
  return end;
}

function withoutBlankEnds(lines: readonly string[]): readonly string[] {
  const from = lines.findIndex((line) => line.trim() !== '');
  return from < 0 ? [] : lines.slice(from, lines.findLastIndex((line) => line.trim() !== '') + 1);
}
