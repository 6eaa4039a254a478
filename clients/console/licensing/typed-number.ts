// Whole numbers as somebody types them. Pure.

const MOST = 100_000_000;

/** Null where it is no count; an empty field is nought. */
export function wholeNumber(typed: string): number | null {
  const text = typed.trim();
  if (text === '') return 0;
  if (!/^\d{1,9}$/.test(text)) return null;
  const count = Number(text);
  return count <= MOST ? count : null;
}
