// What was typed or pasted, as something that can be called: a number in any spelling, or a SIP address. Pure.
import { compactNumber } from '@parley/protocol/text';

export interface Dialled {
  /** As the server takes it. */
  readonly dialled: string;
  /** As people read it. */
  readonly shown: string;
}

const LONGEST = 300;
/** E.164 numbers have 15 digits; prefixes and codes come on top. */
const DIGITS = 32;

export function dialledFrom(typed: string): Dialled | null {
  const text = typed
    .normalize('NFKC')
    .replace(/[\p{Cf}\p{Cc}]/gu, '')
    .trim()
    .replace(/^(?:tel|callto):/i, '');
  if (text === '' || text.length > LONGEST) return null;
  return numberFrom(text) ?? addressFrom(text);
}

function numberFrom(text: string): Dialled | null {
  const shown = text.replace(/;.*$/, '').replace(/\s+/g, ' ').trim();
  if (!/^[+(]?[\d*#(][\d\s()./\-‐‑–*#]*$/u.test(shown)) return null;
  const dialled = compactNumber(shown);
  const digits = dialled.replace(/\D/g, '').length;
  return digits >= 2 && digits <= DIGITS ? { dialled, shown } : null;
}

function addressFrom(text: string): Dialled | null {
  const isUri = /^sips?:/i.test(text);
  const address = text.replace(/^sips?:/i, '');
  if (!isUri || !/^[^\s@;?<>]+@[^\s@;?<>]+(?:[;?]\S*)?$/.test(address)) return null;
  return { dialled: text, shown: address.replace(/[;?].*$/, '') };
}
