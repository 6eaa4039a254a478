// Content lines (RFC 5545 §3.1): unfolded, then name, parameters and value. Pure; called by component.ts.

export interface ContentLine {
  /** In capitals, as the parameters' names are. */
  readonly name: string;
  readonly params: ReadonlyMap<string, string>;
  readonly value: string;
}

/** Longer than any description that people write; what is behind it is left out. */
const LONGEST_LINE = 64 * 1024;

/** RFC 5545 §3.1: "a long line can be split between any two characters by inserting a CRLF immediately followed by a single
 * linear white-space character". Lines that end in LF alone are common. */
export function* unfold(text: string): Generator<string> {
  let line = '';
  let at = text.startsWith('\ufeff') ? 1 : 0;
  while (at < text.length) {
    const feed = text.indexOf('\n', at);
    const end = feed === -1 ? text.length : feed;
    const piece = text.slice(at, text[end - 1] === '\r' && end > at ? end - 1 : end);
    at = end + 1;
    if (piece.startsWith(' ') || piece.startsWith('\t')) {
      if (line.length < LONGEST_LINE) line += piece.slice(1);
      continue;
    }
    if (line !== '') yield line;
    line = piece;
  }
  if (line !== '') yield line;
}

/** @returns undefined for what is no content line. */
export function parseLine(line: string): ContentLine | undefined {
  const name = /^[A-Za-z0-9-]+/.exec(line)?.[0];
  if (name === undefined) return undefined;
  const params = new Map<string, string>();
  let at = name.length;
  while (line[at] === ';') {
    const equals = line.indexOf('=', at);
    if (equals === -1) return undefined;
    const param = line.slice(at + 1, equals).toUpperCase();
    const end = paramEnd(line, equals + 1);
    if (end === undefined) return undefined;
    params.set(param, line.slice(equals + 1, end).replaceAll('"', ''));
    at = end;
  }
  if (line[at] !== ':') return undefined;
  return { name: name.toUpperCase(), params, value: line.slice(at + 1) };
}

/** Where the parameter's value ends: at the next `;` or `:` outside quotes. */
function paramEnd(line: string, from: number): number | undefined {
  let isQuoted = false;
  for (let at = from; at < line.length; at++) {
    const character = line[at];
    if (character === '"') isQuoted = !isQuoted;
    else if (!isQuoted && (character === ';' || character === ':')) return at;
  }
  return undefined;
}

/** RFC 5545 §3.3.11: the text that a value stands for. */
export function unescapeText(value: string): string {
  return value.replace(/\\([\\;,nN])/g, (_, character: string) =>
    character === 'n' || character === 'N' ? '\n' : character,
  );
}
