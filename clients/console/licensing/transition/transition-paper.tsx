// The transition as it is printed.
import { explain } from '@parley/services/licensing/rules/explain';
import { useTranslation } from 'react-i18next';
import { today } from '../licence-formats.ts';
import { Paper, PaperTable } from '../paper/paper.tsx';
import { useLicenceFormats } from '../use-licence-formats.ts';
import type { BothReadings } from './portfolio.ts';
import { transitionHeads, transitionRows } from './transition-rows.ts';

export function TransitionPaper({ both }: { readonly both: BothReadings }) {
  const { t } = useTranslation();
  const licences = useLicenceFormats();
  const { lines } = explain([...both.printed.rules, ...both.corrected.rules]);
  return (
    <Paper
      title={t('licenceNav.transition')}
      facts={[
        [t('licences.day'), licences.day(today(Date.now()))],
        [t('licenceTools.transition.release'), licences.day(both.printed.release)],
      ]}
    >
      <PaperTable heads={transitionHeads(t)} numbers={0} rows={transitionRows(both, t).slice(1)} />
      <h2>{t('licenceTools.rules.title')}</h2>
      <ul lang="en">
        {lines.map(({ rule, statement }) => (
          <li key={rule}>
            {rule}: {statement}
          </li>
        ))}
      </ul>
    </Paper>
  );
}
