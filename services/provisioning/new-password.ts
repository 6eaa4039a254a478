// A password that an administrator hands to somebody: easy to read out, hard to guess. Used when none is given.
import { randomInt } from 'node:crypto';

/** Without signs that are mistaken for one another. */
const ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789';

/** 15 characters of 5 bits, for example `k7m2p-9xq4t-abcde`. */
export function newPassword(): string {
  const group = () => Array.from({ length: 5 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
  return [group(), group(), group()].join('-');
}
