// The rules behind an answer: their numbers, and on request what each of them says and where it comes from.
import { statementOf } from '@parley/services/licensing/rules/explain';
import { useTranslation } from 'react-i18next';
import styles from './rule-list.module.css';

export function RuleList({ rules }: { readonly rules: readonly string[] }) {
  const { t } = useTranslation();
  if (rules.length === 0) return null;
  return (
    <details className={styles.rules}>
      <summary>{t('licences.rules', { count: rules.length, rules: rules.join(', ') })}</summary>
      <dl>
        {rules.map((rule) => {
          const statement = statementOf(rule);
          return (
            <div key={rule}>
              <dt>{rule}</dt>
              {/* The rules are worded in English only. */}
              <dd lang="en" dir="ltr">
                {statement?.statement ?? ''}
                {statement !== undefined && (
                  <span className={styles.source}>
                    {statement.source.document}, {statement.source.heading}
                  </span>
                )}
              </dd>
            </div>
          );
        })}
      </dl>
    </details>
  );
}
