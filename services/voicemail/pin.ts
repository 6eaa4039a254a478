// PINs of mailboxes: which are too easy to guess. Pure.

/** Wrong ones in a row lock the telephone's way into the mailbox. */
export const WRONG_PINS = 3;
export const LOCKED_MS = 15 * 60_000;

/** @param phone the person's number: nobody has to be told that one. */
export function isWeakPin(pin: string, phone = ''): boolean {
  const steps = new Set([...pin].slice(1).map((digit, at) => (10 + Number(digit) - Number(pin[at])) % 10));
  // All the same, or up or down by one each time.
  if (steps.size === 1 && [0, 1, 9].includes([...steps][0]!)) return true;
  const half = pin.slice(0, pin.length / 2);
  if (pin.length % 2 === 0 && half === pin.slice(half.length)) return true;
  const number = phone.replace(/\D/g, '');
  return number !== '' && number.includes(pin);
}
