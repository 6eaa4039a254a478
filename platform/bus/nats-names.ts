// Free text as a name that NATS allows (subject tokens, keys, consumers), and back. Used by nats*.ts.

/** Letters, digits, `-`, `_` and `@` stay; everything else is `=` and two hexadecimal digits a byte. */
export function subjectToken(text: string): string {
  return text.replace(/[^\w@-]/gu, escaped);
}

/** The same without `@`, which keys and consumer names do not allow. */
export function keyToken(text: string): string {
  return text.replace(/[^\w-]/gu, escaped);
}

export function textOfKey(token: string): string {
  return decodeURIComponent(token.replaceAll('=', '%'));
}

function escaped(character: string): string {
  return Array.from(
    Buffer.from(character),
    (byte) => `=${byte.toString(16).padStart(2, '0').toUpperCase()}`,
  ).join('');
}
