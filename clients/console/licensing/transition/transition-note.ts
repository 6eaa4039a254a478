// Why a line gives nothing, or fewer, in words. A code that this page does not know stands for itself.
import type { TFunction } from 'i18next';

const KNOWN = [
  'no-active-sa',
  'counted-once',
  'external-connector-not-needed-in-r2',
  'public-im-licence-unchanged',
  'already-current',
  'no-row-for-this-licence',
] as const;

export function transitionNote(code: string, t: TFunction): string {
  const known = KNOWN.find((each) => each === code);
  return known === undefined ? code : t(`licenceTools.transition.notes.${known}`);
}
