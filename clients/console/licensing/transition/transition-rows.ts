// A transition as the rows of a table: for the CSV file and for paper.
import type { TransitionLine } from '@parley/services/licensing/rules/transition';
import type { TFunction } from 'i18next';
import { skuName } from '../sku-name.ts';
import type { BothReadings } from './portfolio.ts';
import { transitionNote } from './transition-note.ts';

export function transitionHeads(t: TFunction): string[] {
  return [
    t('licenceTools.transition.heldHead'),
    t('licences.quantity'),
    t('licences.stock.sa'),
    t('licences.profiles.printed'),
    t('licences.profiles.corrected'),
    t('licenceTools.rules.title'),
  ];
}

export function transitionRows({ printed, corrected }: BothReadings, t: TFunction): string[][] {
  return [
    transitionHeads(t),
    ...printed.lines.map((line, index) => [
      skuName(line.product),
      String(line.quantity),
      line.saActive ? t('licenceTools.transition.saActive') : t('licenceTools.transition.saNot'),
      entitledText(line, t),
      entitledText(corrected.lines[index] ?? line, t),
      line.rules.join(' '),
    ]),
  ];
}

function entitledText({ counted, entitled, note }: TransitionLine, t: TFunction): string {
  const given = counted === 0 ? [] : entitled.map((sku) => `${counted} × ${skuName(sku)}`);
  return [...given, ...(note === undefined ? [] : [transitionNote(note, t)])].join('; ');
}
