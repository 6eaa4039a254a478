// Telephone numbers in E.164: `+`, country code, number; at most 15 digits.

/** The number in E.164, '' for an empty text, or undefined where it is no full number. */
export function normalisePhone(text: string): string | undefined {
  const compact = text.replace(/^tel:/i, '').replace(/[\s().\-/\u00a0\u2011]/g, '');
  if (compact === '') return '';
  const number = compact.startsWith('00') ? `+${compact.slice(2)}` : compact;
  return /^\+[1-9]\d{6,14}$/.test(number) ? number : undefined;
}
