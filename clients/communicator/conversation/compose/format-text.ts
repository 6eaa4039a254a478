// What the formatting keys and buttons do to the text and its selection. Pure.

export interface Selected {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

export const FORMATS = ['bold', 'italic', 'strike', 'code', 'link', 'quote', 'list'] as const;
export type Format = (typeof FORMATS)[number];

const AROUND: Readonly<Partial<Record<Format, string>>> = {
  bold: '**',
  italic: '*',
  strike: '~~',
  code: '`',
};

export function format(given: Selected, how: Format): Selected {
  const mark = AROUND[how];
  if (mark !== undefined)
    return how === 'code' && selected(given).includes('\n') ? codeBlock(given) : around(given, mark);
  if (how === 'link') return link(given);
  return lines(given, how === 'quote' ? '> ' : '- ');
}

function selected({ text, from, to }: Selected): string {
  return text.slice(from, to);
}

/** Puts the marks around the selection, or takes them away where they stand. */
function around({ text, from, to }: Selected, mark: string): Selected {
  const { length } = mark;
  const isMarked =
    text.slice(from - length, from) === mark &&
    text.slice(to, to + length) === mark &&
    // "**a**" is not "*a*" with a star more.
    !(length === 1 && text[from - 2] === mark && text[from - 3] !== mark);
  if (isMarked && from >= length)
    return {
      text: text.slice(0, from - length) + text.slice(from, to) + text.slice(to + length),
      from: from - length,
      to: to - length,
    };
  return {
    text: text.slice(0, from) + mark + text.slice(from, to) + mark + text.slice(to),
    from: from + length,
    to: to + length,
  };
}

function codeBlock({ text, from, to }: Selected): Selected {
  const before = from === 0 || text[from - 1] === '\n' ? '' : '\n';
  const after = to === text.length || text[to] === '\n' ? '' : '\n';
  const start = `${before}\`\`\`\n`;
  return {
    text: `${text.slice(0, from)}${start}${text.slice(from, to)}\n\`\`\`${after}${text.slice(to)}`,
    from: from + start.length,
    to: to + start.length,
  };
}

const ADDRESS = 'https://';

/** The address is selected, to be typed over. */
function link({ text, from, to }: Selected): Selected {
  const label = text.slice(from, to);
  const isAddress = /^https?:\/\/\S+$/.test(label);
  const made = isAddress ? `[](${label})` : `[${label}](${ADDRESS})`;
  const at = isAddress || label === '' ? from + 1 : from + label.length + 3;
  return {
    text: text.slice(0, from) + made + text.slice(to),
    from: at,
    to: isAddress || label === '' ? at : at + ADDRESS.length,
  };
}

function lines({ text, from, to }: Selected, sign: string): Selected {
  const start = text.lastIndexOf('\n', from - 1) + 1;
  const chosen = text.slice(start, to).split('\n');
  const isSigned = chosen.every((line) => line.startsWith(sign));
  const changed = chosen.map((line) => (isSigned ? line.slice(sign.length) : sign + line)).join('\n');
  const by = isSigned ? -sign.length : sign.length;
  return {
    text: text.slice(0, start) + changed + text.slice(to),
    from: Math.max(start, from + by),
    to: to + changed.length - (to - start),
  };
}
