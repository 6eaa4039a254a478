// A fault in the reader's language: by its code where we have a translation, else as the server said it.
import type { i18n } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { Fault } from '../fault.ts';

/** A refusal for want of a licence names whom to ask, as the administrator wrote it. */
const WHOM = /^Ask (.+) for one; it works a few seconds later\.$/;

export function faultText(
  { i18n }: { readonly i18n: i18n },
  fault: Fault,
): { sentence: string; remedy: string } {
  // English comes from the server itself: it may know more than the table (which row, which limit).
  const translated = i18n.language !== 'en' && i18n.exists(`faults.${fault.code}.sentence`);
  const text = (part: 'sentence' | 'remedy', otherwise: string) =>
    translated
      ? String(i18n.t(`faults.${fault.code}.${part}` as 'faults.CLIENT_OFFLINE.sentence'))
      : otherwise;
  const whom = translated ? WHOM.exec(fault.remedy ?? '')?.[1] : undefined;
  return {
    sentence: text('sentence', fault.sentence),
    remedy: whom === undefined ? text('remedy', fault.remedy ?? '') : i18n.t('rights.ask', { whom }),
  };
}

export function useFaultText(): (fault: Fault) => { sentence: string; remedy: string } {
  const { i18n } = useTranslation();
  return (fault) => faultText({ i18n }, fault);
}
