// What may stand on a contact card: texts without what breaks a page, numbers in E.164, a site that a browser may open.
import { cleanLine, cutText } from '@parley/protocol/text';
import type { CardFields } from '../contract.ts';

const LONGEST_LINE = 200;
const LONGEST_ADDRESS = 400;
const NUMBERS = ['mobile', 'home', 'other'] as const;

export type CardProblem = { readonly problem: 'PRESENCE_BAD_NUMBER' | 'PRESENCE_BAD_SITE' };

/** The fields in their one spelling, or what is wrong with them. */
export function checkCard(fields: CardFields): CardFields | CardProblem {
  const site = siteOf(fields.site);
  if (site === undefined) return { problem: 'PRESENCE_BAD_SITE' };
  const checked = {
    ...fields,
    company: cleanLine(fields.company, LONGEST_LINE),
    workAddress: cleanLines(fields.workAddress),
    site,
  };
  for (const name of NUMBERS) {
    const number = numberOf(fields[name]);
    if (number === undefined) return { problem: 'PRESENCE_BAD_NUMBER' };
    checked[name] = number;
  }
  return checked;
}

function cleanLines(text: string): string {
  const lines = text.split(/\r\n|\r|\n/).map((line) => cleanLine(line, LONGEST_ADDRESS));
  return cutText(lines.filter((line) => line !== '').join('\n'), LONGEST_ADDRESS);
}

/** E.164 as identity writes the numbers of the directory; '' for none. */
function numberOf(text: string): string | undefined {
  const compact = text.replace(/^tel:/i, '').replace(/[\s().\-/\u00a0\u2011]/g, '');
  if (compact === '') return '';
  const number = compact.startsWith('00') ? `+${compact.slice(2)}` : compact;
  return /^\+[1-9]\d{6,14}$/.test(number) ? number : undefined;
}

/** Only what a click may open: never a script (`javascript:`), never an address with a password in it. */
function siteOf(text: string): string | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return '';
  const address = /^[a-z][a-z0-9+.-]*:/i.test(trimmed) ? trimmed : `https://${trimmed}`;
  const url = URL.parse(address);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return undefined;
  return url.username === '' && url.password === '' && url.href.length <= 400 ? url.href : undefined;
}
