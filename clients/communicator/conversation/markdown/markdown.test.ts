import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { plainText } from './plain-text.ts';
import { readMarkdown } from './read.ts';
import type { Block, Inline } from './tree.ts';

/** The tree as short text: `b(…)` is bold, `{…}` a link, and so on. */
function inline(children: readonly Inline[]): string {
  return children
    .map((child) => {
      switch (child.kind) {
        case 'text':
          return child.text;
        case 'code':
          return `c(${child.text})`;
        case 'link':
          return `{${child.text}|${child.href}}`;
        case 'mention':
          return `<${child.userId}>`;
        default:
          return `${child.kind[0]}(${inline(child.children)})`;
      }
    })
    .join('');
}

function shape(blocks: readonly Block[]): string {
  return blocks.map(blockShape).join('');
}

function blockShape(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return `p[${inline(block.children)}]`;
    case 'code':
      return `code${block.language}[${block.text}]`;
    case 'quote':
      return `q[${shape(block.children)}]`;
    case 'list':
      return `l${block.start ?? ''}[${block.items.map(inline).join('|')}]`;
  }
}

const shapes: Readonly<Record<string, string>> = {
  'plain text\n\nwith a blank line': 'p[plain text\n\nwith a blank line]',
  'a **bold** and *italic* and _so_ and ~~gone~~': 'p[a b(bold) and i(italic) and i(so) and s(gone)]',
  '**bold with *both* in it**': 'p[b(bold with i(both) in it)]',
  '`a*b*c` and ``a`b``': 'p[c(a*b*c) and c(a`b)]',
  'snake_case_name and 2*3*4 stay': 'p[snake_case_name and 2*3*4 stay]',
  '**never closed': 'p[**never closed]',
  '*a **b* c': 'p[i(a **b) c]',
  '\\*not italic\\* and a lone \\': 'p[*not italic* and a lone \\]',
  '[the plan](https://example.com/a_b) here': 'p[{the plan|https://example.com/a_b} here]',
  'see https://example.com/a_b_c, and mail bob@example.com.':
    'p[see {https://example.com/a_b_c|https://example.com/a_b_c}, and mail {bob@example.com|mailto:bob@example.com}.]',
  '**https://example.com/**': 'p[b({https://example.com/|https://example.com/})]',
  '[click](javascript:alert(1))': 'p[[click](javascript:alert(1))]',
  '[click](data:text/html,x)': 'p[[click](data:text/html,x)]',
  '<script>alert(1)</script>': 'p[<script>alert(1)</script>]',
  '```ts\nconst a = `b`;\n**no**\n```\nafter': 'codets[const a = `b`;\n**no**]p[after]',
  '```\nnever closed': 'p[```\nnever closed]',
  '> he said\n> **so**\nreally?': 'q[p[he said\nb(so)]]p[really?]',
  '> > twice': 'q[q[p[twice]]]',
  '- one\n- *two*\n\n3. three\n4. four': 'l[one|i(two)]l3[three|four]',
  '-5 degrees': 'p[-5 degrees]',
  'hi @Ann Lee, and @Ann, not @Annika': 'p[hi <2>, and <1>, not @Annika]',
  'mail@Ann': 'p[mail@Ann]',
};

for (const [text, expected] of Object.entries(shapes))
  test(`reads ${JSON.stringify(text)}`, () => {
    const mentioned = [
      { userId: '1', name: 'Ann' },
      { userId: '2', name: 'Ann Lee' },
    ];
    assert.equal(shape(readMarkdown(text, mentioned)), expected);
  });

/** Every inline part, wherever it stands. */
function inlines(block: Block): Inline[] {
  const within = (child: Inline): Inline[] =>
    'children' in child ? child.children.flatMap(within) : [child];
  switch (block.kind) {
    case 'paragraph':
      return block.children.flatMap(within);
    case 'quote':
      return block.children.flatMap(inlines);
    case 'list':
      return block.items.flat().flatMap(within);
    case 'code':
      return [{ kind: 'code', text: block.language + block.text }];
  }
}

const PARTS = [
  '**',
  '*',
  '_',
  '__',
  '~~',
  '`',
  '``',
  '```',
  '\n',
  '> ',
  '- ',
  '1. ',
  '[',
  '](',
  ')',
  '@Ann',
  '\\',
  ' ',
];
const WORDS = [
  'a',
  'word',
  'https://x.y/',
  'javascript:alert(1)',
  'data:text/html,',
  'a@b.c',
  '<b onx=1>',
  '😀',
  '.',
];
const texts = fc.array(fc.constantFrom(...PARTS, ...WORDS), { maxLength: 60 }).map((parts) => parts.join(''));

test('whatever is written, a link leads to http, https or mailto and nowhere else', () => {
  fc.assert(
    fc.property(texts, (text) => {
      for (const part of readMarkdown(text, [{ userId: '1', name: 'Ann' }]).flatMap(inlines))
        if (part.kind === 'link') assert.match(new URL(part.href).protocol, /^(?:https?|mailto):$/);
    }),
    { numRuns: 2_000 },
  );
});

test('nothing but marks is lost: every letter that was written is shown, in its order', () => {
  const letters = (text: string) => text.replace(/[^\p{L}\p{N}😀]/gu, '');
  const shown = (blocks: readonly Block[]) =>
    blocks
      .flatMap(inlines)
      .map((part) => ('text' in part ? part.text : ''))
      .join('');
  const words = fc.array(
    fc.constantFrom('**', '*', '_', '~~', '`', '\n', '> ', '- ', 'ab', 'c', ' ', '@', '\\'),
    {
      maxLength: 60,
    },
  );
  fc.assert(
    fc.property(words, (parts) => {
      const text = parts.join('');
      assert.equal(letters(shown(readMarkdown(text))), letters(text));
    }),
    { numRuns: 2_000 },
  );
});

test('64 KiB of any marks are read in a moment: the time grows with the length alone', () => {
  const hostile = [
    ...PARTS,
    ...WORDS,
    '*a ',
    '[a](',
    '`a``',
    '```\n',
    'a.',
    'a@',
    '> > ',
    '**_~~',
    'http://',
    'www.',
    ').',
  ];
  for (const part of hostile) {
    const text = part.repeat(Math.ceil(65_536 / part.length));
    const began = performance.now();
    readMarkdown(text, [{ userId: '1', name: 'Ann' }]);
    assert.ok(performance.now() - began < 1_500, JSON.stringify(part));
  }
});

test('a list, a quote and a notice show the words without their marks, in one line', () => {
  assert.equal(plainText('**Hi** there\n> `x` = [1](https://a.b/)\n- a\n- b'), 'Hi there x = 1 a, b');
});
