// The telephone number of a person, in E.164.
import { compactNumber, fullNumber } from '@parley/protocol/text';

/** The number in E.164, '' for an empty text, or undefined where it is no full number. */
export function normalisePhone(text: string): string | undefined {
  return compactNumber(text) === '' ? '' : fullNumber(text);
}
