// Without the licence for managing calls, calls come as they would to somebody who has set nothing. Blocking stays. Pure.
import type { Rule } from './situation.ts';

export const licence: Rule = ({ isLicensed }) =>
  isLicensed ? { said: [] } : { said: [{ wording: 'unlicensed', matched: true }] };
