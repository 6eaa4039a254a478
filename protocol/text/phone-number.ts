// Telephone numbers as people write them, in the spelling in which they are compared and called. Pure.

/** The trunk prefix as it is shown behind a country code; from abroad nobody dials it. */
const SHOWN_TRUNK = /^((?:\+|00)\d[^()]*)\(0\)/;
const FOR_THE_EYE = /[\s().\-/\u00a0\u2010-\u2015\u202f]/g;
const E164 = /^\+[1-9]\d{6,14}$/;

/** Without `tel:` (RFC 3966 §3), its parameters, and whatever stands between the digits for the eye. */
export function compactNumber(text: string): string {
  return text
    .trim()
    .replace(/^tel:/i, '')
    .replace(/;.*$/, '')
    .replace(SHOWN_TRUNK, '$1')
    .replace(FOR_THE_EYE, '');
}

/** In E.164 with its `+`, or undefined where no country code is written. */
export function fullNumber(text: string): string | undefined {
  const compact = compactNumber(text);
  const number = compact.startsWith('00') ? `+${compact.slice(2)}` : compact;
  return E164.test(number) ? number : undefined;
}
