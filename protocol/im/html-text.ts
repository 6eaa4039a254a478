// The words of a text/html body, as a reader would say them: no markup, no styles, lines where blocks begin. Linear in the
// length of the body, whatever it holds. Used by message-body.ts.

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  euro: '€',
  hellip: '…',
  ndash: '–',
  mdash: '—',
};
/** Elements that begin a line of their own. */
const BLOCKS = new Set([
  'br',
  'p',
  'div',
  'li',
  'tr',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'blockquote',
  'pre',
]);
/** Elements whose content nobody reads. */
const UNSEEN = new Set(['script', 'style', 'head', 'title']);
const LONGEST_ENTITY = 12;

export function textOfHtml(html: string): string {
  let out = '';
  let unseen: string | undefined;
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf('<', at);
    const end = open === -1 ? html.length : open;
    if (unseen === undefined) out += html.slice(at, end).replace(/[ \t\r\n]+/g, ' ');
    if (open === -1) break;
    const close = html.startsWith('<!--', open) ? closeOf(html, '-->', open) : closeOf(html, '>', open);
    const tag = /^<(\/?)([a-zA-Z][a-zA-Z0-9]*)/.exec(html.slice(open, open + 32));
    if (tag !== null) {
      const name = tag[2]!.toLowerCase();
      const isEnd = tag[1] === '/';
      if (unseen === undefined && !isEnd && UNSEEN.has(name)) unseen = name;
      else if (isEnd && name === unseen) unseen = undefined;
      if (unseen === undefined && BLOCKS.has(name) && (!isEnd || name !== 'br')) out += '\n';
    }
    at = close;
  }
  return resolve(out)
    .split('\n')
    .map((line) => line.trim())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** Behind the end of what begins at `from`; all the rest where it never ends. */
function closeOf(html: string, end: string, from: number): number {
  const found = html.indexOf(end, from);
  return found === -1 ? html.length : found + end.length;
}

function resolve(text: string): string {
  let out = '';
  let at = 0;
  for (let from = text.indexOf('&'); from !== -1; from = text.indexOf('&', from + 1)) {
    const end = text.slice(from, from + LONGEST_ENTITY).indexOf(';');
    if (end === -1) continue;
    const char = entityOf(text.slice(from + 1, from + end));
    if (char === undefined) continue;
    out += text.slice(at, from) + char;
    at = from + end + 1;
  }
  return out + text.slice(at);
}

function entityOf(name: string): string | undefined {
  if (Object.hasOwn(ENTITIES, name)) return ENTITIES[name];
  const digits = /^#(?:x([0-9a-f]{1,6})|(\d{1,7}))$/i.exec(name);
  if (digits === null) return undefined;
  const code = digits[1] === undefined ? Number(digits[2]) : Number.parseInt(digits[1], 16);
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code).toWellFormed() : undefined;
}
