// Why something is refused, in the reader's language.
import type { FeatureRight } from '../../kit/contracts.ts';
import { useFaultText } from '../../kit/i18n/fault-text.ts';

export function useRightText(): (right: FeatureRight) => { sentence: string; remedy: string } {
  const textOf = useFaultText();
  return ({ code = '', sentence = '', remedy }) =>
    textOf({ code, sentence, ...(remedy === undefined ? {} : { remedy }) });
}
