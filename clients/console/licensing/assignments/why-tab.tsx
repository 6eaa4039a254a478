// The features of a person or device, one by one, with the rules that decide.

import { featureOf } from '@parley/services/licensing/rules/feature';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { CheckIcon, CloseIcon, InfoIcon } from '../../../kit/widgets/icons.tsx';
import parts from '../../parts.module.css';
import { type FeatureVerdict, licensingQuery, type Subject } from '../licensing-api.ts';
import { QueryState } from '../query-state.tsx';
import { RuleList } from '../rule-list.tsx';
import { useWord } from '../use-word.ts';
import styles from './assignments.module.css';

const LEVELS = ['standard', 'enterprise'] as const;

export function WhyTab({ subject: { kind, id } }: { readonly subject: Subject }) {
  const { t } = useTranslation();
  const features = useQuery(licensingQuery('features', kind === 'user' ? { userId: id } : { deviceId: id }));
  return (
    <>
      <p className={parts.hint}>{t('licences.assignments.whyText')}</p>
      <QueryState query={features}>
        {({ features: verdicts }) =>
          LEVELS.map((level) => {
            const own = verdicts.filter(({ feature }) => featureOf(feature)?.cal === level);
            if (own.length === 0) return null;
            return (
              <section key={level} aria-label={t(`licences.cals.${level}`)}>
                <h3 className={styles.group}>{t(`licences.cals.${level}`)}</h3>
                <ul>
                  {own.map((verdict) => (
                    <Feature key={verdict.feature} verdict={verdict} />
                  ))}
                </ul>
              </section>
            );
          })
        }
      </QueryState>
    </>
  );
}

function Feature({ verdict: { feature, allowed, coveredBy, missing, rules } }: { verdict: FeatureVerdict }) {
  const { t } = useTranslation();
  const word = useWord();
  const covered = coveredBy === 'user' || coveredBy === 'device';
  const list = missing.map((kind) => t(`licences.cals.${kind}`)).join(', ');
  return (
    <li className={styles.feature} data-state={covered ? 'covered' : allowed ? 'tolerated' : 'refused'}>
      {covered ? <CheckIcon size={18} /> : allowed ? <InfoIcon size={18} /> : <CloseIcon size={18} />}
      <span className={parts.itemText}>
        <span className={parts.strong}>{word(`licences.features.${feature}`, feature)}</span>
        <span className={parts.small}>
          {coveredBy !== null && t(`licences.assignments.coveredBy.${coveredBy}`)}
          {coveredBy === null && allowed && t('licences.assignments.notRefused')}
          {coveredBy === null && missing.length > 0 && ` ${t('licences.assignments.missing', { list })}`}
        </span>
        <RuleList rules={rules} />
      </span>
    </li>
  );
}
