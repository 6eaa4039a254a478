// How a number or address is written: E.164 where it begins with `+`, otherwise the digits as they were typed. Dial plans, which
// know more, are not asked here. Pure.
import { compactNumber } from '@parley/protocol/text';

const INTERNATIONAL = /^\+[1-9]\d{4,14}$/;
const DIALLED = /^[\d*#]{2,20}$/;
const ADDRESS =
  /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/;

/** The one spelling of what was typed, or undefined where it cannot be called. */
export function canonical(typed: string): string | undefined {
  const text = typed.trim().replace(/^(?:sips?|tel):/i, '');
  if (text.includes('@')) {
    const address = text.toLowerCase();
    return ADDRESS.test(address) ? address : undefined;
  }
  const number = compactNumber(text);
  return INTERNATIONAL.test(number) || DIALLED.test(number) ? number : undefined;
}
