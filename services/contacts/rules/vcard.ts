// vCards (RFC 6350 §6, and 3.0 and 2.1 as address books still write them), as far as a contact list needs them: name, addresses,
// groups and note. Pure.

export interface VCard {
  /** Where it begins in the file, from 1. */
  readonly line: number;
  readonly name: string;
  /** `IMPP` before `EMAIL`: that is what one is reached by. */
  readonly addresses: readonly string[];
  readonly categories: readonly string[];
  readonly note: string;
}

interface ContentLine {
  readonly line: number;
  readonly name: string;
  readonly parameters: string;
  readonly value: string;
}

/** RFC 6350 §3.2: a line that begins with a space goes on from the one before. */
function contentLines(file: string): ContentLine[] {
  const unfolded: { line: number; text: string }[] = [];
  for (const [index, text] of file
    .replace(/^\ufeff/, '')
    .split(/\r\n|\r|\n/)
    .entries()) {
    const last = unfolded.at(-1);
    if (/^[ \t]/.test(text) && last !== undefined) last.text += text.slice(1);
    // vCard 2.1 ends a quoted-printable line with `=` where it goes on.
    else if (
      last !== undefined &&
      /;ENCODING=QUOTED-PRINTABLE[;:]/i.test(last.text) &&
      last.text.endsWith('=')
    )
      last.text = last.text.slice(0, -1) + text;
    else unfolded.push({ line: index + 1, text });
  }
  return unfolded.flatMap(({ line, text }) => {
    const match = /^(?:[\w-]+\.)?([\w-]+)((?:;(?:"[^"]*"|[^":])*)?):(.*)$/su.exec(text);
    if (match === null) return [];
    const [, name = '', parameters = '', raw = ''] = match;
    const value = /;ENCODING=QUOTED-PRINTABLE(?:;|$)/i.test(parameters) ? fromQuotedPrintable(raw) : raw;
    return [{ line, name: name.toUpperCase(), parameters, value }];
  });
}

function fromQuotedPrintable(text: string): string {
  const bytes: number[] = [];
  const encoder = new TextEncoder();
  for (const part of text.split(/(=[\dA-F]{2})/i)) {
    if (/^=[\dA-F]{2}$/i.test(part)) bytes.push(Number.parseInt(part.slice(1), 16));
    else bytes.push(...encoder.encode(part));
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}

/** RFC 6350 §3.4: a backslash takes its meaning from a comma, a semicolon and itself, and gives one to `n`. */
function unescaped(text: string): string {
  return text.replace(/\\([\\,;:nN])/g, (_, char: string) => (char.toLowerCase() === 'n' ? '\n' : char));
}

function listOf(value: string): string[] {
  return value
    .split(/(?<!\\),/)
    .map((part) => unescaped(part).trim())
    .filter((part) => part !== '');
}

export function readVCards(file: string): VCard[] {
  const cards: VCard[] = [];
  let lines: ContentLine[] | undefined;
  for (const one of contentLines(file)) {
    const mark = one.value.trim().toUpperCase();
    if (one.name === 'BEGIN' && mark === 'VCARD') lines = [one];
    else if (one.name === 'END' && mark === 'VCARD' && lines !== undefined) {
      cards.push(cardOf(lines));
      lines = undefined;
    } else lines?.push(one);
  }
  return cards;
}

function cardOf(lines: readonly ContentLine[]): VCard {
  const all = (...names: string[]) =>
    lines.filter(({ name }) => names.includes(name)).map(({ value }) => unescaped(value).trim());
  const [family = '', given = ''] = (lines.find(({ name }) => name === 'N')?.value ?? '')
    .split(/(?<!\\);/)
    .map(unescaped);
  const name = all('FN')[0] || `${given} ${family}`.trim() || all('ORG')[0] || '';
  return {
    line: lines[0]?.line ?? 1,
    name,
    addresses: [...all('IMPP', 'X-SIP', 'X-JABBER', 'X-MS-IMADDRESS'), ...all('EMAIL')].filter(
      (address) => address !== '',
    ),
    categories: lines
      .filter(({ name: field }) => field === 'CATEGORIES')
      .flatMap(({ value }) => listOf(value)),
    note: all('NOTE').join('\n'),
  };
}

function escaped(text: string): string {
  return text.replace(/([\\,;])/g, '\\$1').replace(/\r\n|\r|\n/g, '\\n');
}

const LINE_BYTES = 75;

/** RFC 6350 §3.2: "Lines of text … SHOULD be folded to a maximum width of 75 octets". */
function fold(line: string): string {
  const encoder = new TextEncoder();
  let folded = '';
  let width = 0;
  for (const char of line) {
    const bytes = encoder.encode(char).length;
    if (width + bytes > LINE_BYTES) {
      folded += '\r\n ';
      width = 1;
    }
    folded += char;
    width += bytes;
  }
  return `${folded}\r\n`;
}

/** vCard 4.0. */
export function writeVCards(cards: readonly Omit<VCard, 'line'>[]): string {
  return cards
    .flatMap(({ name, addresses, categories, note }) => [
      'BEGIN:VCARD',
      'VERSION:4.0',
      `FN:${escaped(name)}`,
      ...addresses.map((address) => `IMPP:sip:${address}`),
      ...addresses.map((address) => `EMAIL:${address}`),
      ...(categories.length === 0 ? [] : [`CATEGORIES:${categories.map(escaped).join(',')}`]),
      ...(note === '' ? [] : [`NOTE:${escaped(note)}`]),
      'END:VCARD',
    ])
    .map(fold)
    .join('');
}
