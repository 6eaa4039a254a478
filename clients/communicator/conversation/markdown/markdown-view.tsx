// The tree of a message as elements. Its text is React's text: nothing of it is ever taken for HTML.
import { Fragment, memo, type ReactNode, useMemo } from 'react';
import styles from './markdown-view.module.css';
import { readMarkdown } from './read.ts';
import type { Block, Inline, Mentioned } from './tree.ts';

interface MarkdownViewProps {
  readonly text: string;
  readonly mentioned?: readonly Mentioned[];
  /** Whose mention stands out. */
  readonly meId?: string;
}

const NOBODY: readonly Mentioned[] = [];
const ONLY_EMOJI = /^(?:\p{RGI_Emoji}\s*){1,3}$/v;

export const MarkdownView = memo(function MarkdownView({
  text,
  mentioned = NOBODY,
  meId = '',
}: MarkdownViewProps) {
  const blocks = useMemo(() => readMarkdown(text, mentioned), [text, mentioned]);
  if (text.length < 40 && ONLY_EMOJI.test(text))
    return (
      <p className={styles.emoji} dir="auto">
        {text}
      </p>
    );
  return <Blocks blocks={blocks} meId={meId} />;
});

// Parts of one unchanging text: the index is their identity, here and below.
function Blocks({ blocks, meId }: { readonly blocks: readonly Block[]; readonly meId: string }): ReactNode {
  return blocks.map((block, index) => {
    // biome-ignore lint/suspicious/noArrayIndexKey: see above
    return <BlockView key={index} block={block} meId={meId} />;
  });
}

function BlockView({ block, meId }: { readonly block: Block; readonly meId: string }): ReactNode {
  switch (block.kind) {
    case 'paragraph':
      return (
        <p className={styles.paragraph} dir="auto">
          <Inlines parts={block.children} meId={meId} />
        </p>
      );
    case 'code':
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region has to be reachable by keyboard
        <pre className={styles.block} dir="ltr" tabIndex={0}>
          <code>{block.text}</code>
        </pre>
      );
    case 'quote':
      return (
        <blockquote className={styles.quote}>
          <Blocks blocks={block.children} meId={meId} />
        </blockquote>
      );
    case 'list': {
      const items = block.items.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <li key={index} dir="auto">
          <Inlines parts={item} meId={meId} />
        </li>
      ));
      return block.start === null ? (
        <ul className={styles.list}>{items}</ul>
      ) : (
        <ol className={styles.list} start={block.start}>
          {items}
        </ol>
      );
    }
  }
}

interface InlinesProps {
  readonly parts: readonly Inline[];
  readonly meId: string;
}

function Inlines({ parts, meId }: InlinesProps): ReactNode {
  return parts.map((inline, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: see above
    <Fragment key={index}>{inlineView(inline, meId)}</Fragment>
  ));
}

function inlineView(inline: Inline, meId: string): ReactNode {
  switch (inline.kind) {
    case 'text':
      return inline.text;
    case 'code':
      return <code className={styles.code}>{inline.text}</code>;
    case 'link':
      return (
        <a href={inline.href} target="_blank" rel="noreferrer noopener">
          {inline.text}
        </a>
      );
    case 'mention':
      return (
        <span className={styles.mention} data-me={inline.userId === meId}>
          {inline.text}
        </span>
      );
    case 'bold':
      return (
        <strong>
          <Inlines parts={inline.children} meId={meId} />
        </strong>
      );
    case 'italic':
      return (
        <em>
          <Inlines parts={inline.children} meId={meId} />
        </em>
      );
    case 'strike':
      return (
        <s>
          <Inlines parts={inline.children} meId={meId} />
        </s>
      );
  }
}
