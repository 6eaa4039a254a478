// A message in one line without its marks, for lists, quotes and notices. Pure.
import { readMarkdown } from './read.ts';
import type { Block, Inline } from './tree.ts';

/** Longer messages are read up to here. */
const READ_CHARS = 600;

export function plainText(text: string): string {
  return readMarkdown(text.slice(0, READ_CHARS)).map(blockText).join(' ').replace(/\s+/g, ' ').trim();
}

function blockText(block: Block): string {
  switch (block.kind) {
    case 'code':
      return block.text;
    case 'paragraph':
      return inlineText(block.children);
    case 'quote':
      return block.children.map(blockText).join(' ');
    case 'list':
      return block.items.map(inlineText).join(', ');
  }
}

function inlineText(children: readonly Inline[]): string {
  return children.map((child) => ('text' in child ? child.text : inlineText(child.children))).join('');
}
