// The inline part of Markdown: **bold**, *italic*, ~~strike~~, `code`, [links](https://…), addresses, @mentions and
// backslashes. Pure. Linear: each kind of emphasis is open at most once, and no search goes twice over the same text.
import { hrefOf, linkAt } from '../linkify.ts';
import type { Inline, Mentioned } from './tree.ts';

type Emphasis = 'bold' | 'italic' | 'strike';

interface Frame {
  /** Null for the text itself. */
  readonly mark: string | null;
  readonly children: Inline[];
}

const MARKS: Readonly<Record<string, Emphasis>> = {
  '**': 'bold',
  __: 'bold',
  '*': 'italic',
  _: 'italic',
  '~~': 'strike',
};
const ESCAPED = new Set('\\`*_~[]()>#-+.!@:');
const LABEL_CHARS = 300;
const ADDRESS_CHARS = 2_000;
const WORD = /[\p{L}\p{N}]/u;

export function readInline(text: string, mentioned: readonly Mentioned[] = []): Inline[] {
  return new InlineReader(text, mentioned).read();
}

class InlineReader {
  readonly #text: string;
  readonly #names: readonly Mentioned[];
  readonly #frames: Frame[] = [{ mark: null, children: [] }];
  readonly #ticks = new Map<number, number>();
  #plain = '';
  #at = 0;

  constructor(text: string, mentioned: readonly Mentioned[]) {
    this.#text = text;
    // The longest first: "@Ann Lee" is not Ann.
    this.#names = mentioned
      .filter(({ name }) => name !== '')
      .toSorted((a, b) => b.name.length - a.name.length);
  }

  read(): Inline[] {
    while (this.#at < this.#text.length) if (!this.#special()) this.#take(1);
    while (this.#frames.length > 1) this.#giveUp();
    this.#flush();
    return this.#frames[0]!.children;
  }

  #take(chars: number): void {
    this.#plain += this.#text.slice(this.#at, this.#at + chars);
    this.#at += chars;
  }

  #special(): boolean {
    switch (this.#text[this.#at]) {
      case '\\':
        return this.#escape();
      case '`':
        return this.#code();
      case '*':
      case '_':
      case '~':
        return this.#emphasis();
      case '[':
        return this.#link();
      case '@':
        return this.#mention();
      default:
        return this.#address();
    }
  }

  #escape(): boolean {
    const next = this.#text[this.#at + 1];
    if (next === undefined || !ESCAPED.has(next)) return false;
    this.#plain += next;
    this.#at += 2;
    return true;
  }

  #code(): boolean {
    const length = this.#run('`');
    const from = this.#at + length;
    const end = this.#closingTicks(length, from);
    if (end < 0) {
      this.#take(length);
      return true;
    }
    this.#add({ kind: 'code', text: this.#text.slice(from, end).replace(/^ (.+) $/s, '$1') });
    this.#at = end + length;
    return true;
  }

  /** Where a run of just so many backticks begins. What was not found once is not there later either. */
  #closingTicks(length: number, from: number): number {
    const known = this.#ticks.get(length);
    if (known !== undefined && (known < 0 || known >= from)) return known;
    let at = this.#text.indexOf('`', from);
    while (at >= 0) {
      let end = at;
      while (this.#text[end] === '`') end += 1;
      if (end - at === length) break;
      at = this.#text.indexOf('`', end);
    }
    this.#ticks.set(length, at);
    return at;
  }

  #run(mark: string): number {
    let end = this.#at;
    while (this.#text[end] === mark) end += 1;
    return end - this.#at;
  }

  #emphasis(): boolean {
    const char = this.#text[this.#at] ?? '';
    const run = this.#run(char);
    const mark = char.repeat(run);
    const kind = MARKS[mark];
    if (kind === undefined) {
      this.#take(run);
      return true;
    }
    const before = this.#text[this.#at - 1] ?? ' ';
    const after = this.#text[this.#at + run] ?? ' ';
    const isOpen = this.#frames.some((frame) => frame.mark === mark);
    if (isOpen && !/\s/.test(before) && !WORD.test(after)) {
      this.#close(mark, kind);
      this.#at += run;
      return true;
    }
    const mayOpen = !isOpen && !/\s/.test(after) && !WORD.test(before);
    if (!mayOpen) {
      this.#take(run);
      return true;
    }
    this.#flush();
    this.#frames.push({ mark, children: [] });
    this.#at += run;
    return true;
  }

  #close(mark: string, kind: Emphasis): void {
    while (this.#frames.at(-1)?.mark !== mark) this.#giveUp();
    this.#flush();
    const { children } = this.#frames.pop()!;
    this.#frames.at(-1)!.children.push({ kind, children });
  }

  /** The innermost mark was never closed: it is text. */
  #giveUp(): void {
    this.#flush();
    const { mark, children } = this.#frames.pop()!;
    const outer = this.#frames.at(-1)!.children;
    appendText(outer, mark ?? '');
    for (const child of children) {
      if (child.kind === 'text') appendText(outer, child.text);
      else outer.push(child);
    }
  }

  #link(): boolean {
    const label = this.#upTo(']', this.#at + 1, LABEL_CHARS);
    if (label === null || label === '' || this.#text[this.#at + label.length + 2] !== '(') return false;
    const address = this.#upTo(')', this.#at + label.length + 3, ADDRESS_CHARS);
    if (address === null || !/^(?:https?:\/\/|mailto:)\S+$/i.test(address)) return false;
    const href = hrefOf(address);
    if (href === null) return false;
    this.#add({ kind: 'link', href, text: label });
    this.#at += label.length + address.length + 4;
    return true;
  }

  /** The text up to that sign, without another bracket or a line end in it. */
  #upTo(sign: string, from: number, most: number): string | null {
    for (let at = from; at < this.#text.length && at - from <= most; at++) {
      const char = this.#text[at];
      if (char === sign) return this.#text.slice(from, at);
      if (char === '[' || char === '\n') return null;
    }
    return null;
  }

  #mention(): boolean {
    if (this.#isInWord()) return false;
    const found = this.#names.find(
      ({ name }) =>
        this.#text.startsWith(name, this.#at + 1) &&
        !WORD.test(this.#text[this.#at + 1 + name.length] ?? ' '),
    );
    if (found === undefined) return false;
    this.#add({ kind: 'mention', userId: found.userId, text: `@${found.name}` });
    this.#at += found.name.length + 1;
    return true;
  }

  #address(): boolean {
    if (this.#isInWord()) return false;
    const link = linkAt(this.#text, this.#at);
    if (link === null) return false;
    this.#add({ kind: 'link', ...link });
    this.#at += link.text.length;
    return true;
  }

  #isInWord(): boolean {
    return this.#at > 0 && /[\p{L}\p{N}_.+@-]/u.test(this.#text[this.#at - 1] ?? '');
  }

  #add(inline: Inline): void {
    this.#flush();
    this.#frames.at(-1)!.children.push(inline);
  }

  #flush(): void {
    appendText(this.#frames.at(-1)!.children, this.#plain);
    this.#plain = '';
  }
}

function appendText(children: Inline[], text: string): void {
  if (text === '') return;
  const last = children.at(-1);
  if (last?.kind === 'text') children[children.length - 1] = { kind: 'text', text: last.text + text };
  else children.push({ kind: 'text', text });
}
