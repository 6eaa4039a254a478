// The rules behind an answer: their numbers, and on request what each of them says and where it comes from. Each number
// leads to its place among the rules.
import { discrepancyOf, statementOf } from '@parley/services/licensing/rules/explain';
import { Link, useRouter } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import styles from './rule-list.module.css';

export function RuleList({ rules }: { readonly rules: readonly string[] }) {
  const { t } = useTranslation();
  const { basepath } = useRouter();
  // The calculator for resellers has the same page at an address of its own.
  const to = basepath.replace(/\/$/, '').endsWith('/calculator') ? '/rules' : '/licensing/rules';
  if (rules.length === 0) return null;
  return (
    <details className={styles.rules}>
      <summary>{t('licences.rules', { count: rules.length, rules: rules.join(', ') })}</summary>
      <dl>
        {rules.map((rule) => {
          const statement = statementOf(rule);
          return (
            <div key={rule}>
              <dt>
                <Link to={to} hash={rule} className={styles.number}>
                  {rule}
                </Link>
              </dt>
              {/* The rules are worded in English only. */}
              <dd lang="en" dir="ltr">
                {statement?.statement ?? doubtText(rule)}
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

function doubtText(rule: string): string {
  const doubt = discrepancyOf(rule);
  return doubt === undefined ? '' : `${doubt.problem} ${doubt.resolution}`;
}
