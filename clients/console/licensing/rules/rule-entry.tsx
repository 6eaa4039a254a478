// One rule: its number, what it says, where that is printed, and what is doubtful about it.
import type { Discrepancy } from '@parley/services/licensing/rules/explain';
import type { Profile } from '@parley/services/licensing/rules/model';
import { useTranslation } from 'react-i18next';
import parts from '../../parts.module.css';
import { Badge } from '../badge.tsx';
import { skuName } from '../sku-name.ts';
import { type BookedRule, isRule } from './rule-book.ts';
import styles from './rules.module.css';

interface RuleEntryProps {
  readonly rule: BookedRule;
  readonly profile: Profile;
  /** A link leads here. */
  readonly linked: boolean;
}

export function RuleEntry({ rule, profile, linked }: RuleEntryProps) {
  const { text, source, doubts, discrepancy } = rule;
  return (
    <li id={rule.rule} tabIndex={-1} className={styles.rule} data-linked={linked}>
      <h3 className={styles.number}>
        <a href={`#${rule.rule}`}>{rule.rule}</a>
      </h3>
      <div className={styles.body}>
        {/* The rules are worded in English only. */}
        <p lang="en" dir="ltr">
          {text}
        </p>
        {source !== null && (
          <p lang="en" dir="ltr" className={parts.small}>
            {source.document}, {source.heading}
          </p>
        )}
        {doubts.map((doubt) => (
          <Doubt key={doubt.id} doubt={doubt} profile={profile} />
        ))}
        {discrepancy !== null && <Resolution discrepancy={discrepancy} profile={profile} />}
      </div>
    </li>
  );
}

function Doubt({ doubt, profile }: { readonly doubt: Discrepancy; readonly profile: Profile }) {
  const { t } = useTranslation();
  return (
    <div className={styles.doubt} data-changes={doubt.changesAnswers}>
      <p>
        <a href={`#${doubt.id}`}>{doubt.id}</a>{' '}
        <Badge tone={doubt.changesAnswers ? 'warn' : 'plain'}>
          {t(`licenceTools.rules.kinds.${doubt.kind}`)}
        </Badge>
      </p>
      <p lang="en" dir="ltr">
        {doubt.problem}
      </p>
      <Readings discrepancy={doubt} profile={profile} />
    </div>
  );
}

function Resolution({
  discrepancy,
  profile,
}: {
  readonly discrepancy: Discrepancy;
  readonly profile: Profile;
}) {
  const { t } = useTranslation();
  return (
    <>
      <p>
        <Badge tone={discrepancy.changesAnswers ? 'warn' : 'plain'}>
          {t(`licenceTools.rules.kinds.${discrepancy.kind}`)}
        </Badge>
      </p>
      <p>
        <strong>{t('licenceTools.rules.resolution')}</strong>{' '}
        <span lang="en" dir="ltr">
          {discrepancy.resolution}
        </span>
      </p>
      <Readings discrepancy={discrepancy} profile={profile} />
      {discrepancy.touches.length > 0 && (
        <p className={styles.touches}>
          {t('licenceTools.rules.touches')}{' '}
          {discrepancy.touches.map((touched) =>
            isRule(touched) ? (
              <a key={touched} href={`#${touched}`}>
                {touched}
              </a>
            ) : (
              <span key={touched}>{touched}</span>
            ),
          )}
        </p>
      )}
    </>
  );
}

/** What counts under the profile that is chosen, and what under the other. */
function Readings({
  discrepancy,
  profile,
}: {
  readonly discrepancy: Discrepancy;
  readonly profile: Profile;
}) {
  const { t } = useTranslation();
  const { printed, corrected } = discrepancy;
  if (printed === undefined || corrected === undefined) return null;
  return (
    <dl className={styles.readings}>
      {(
        [
          ['printed', printed],
          ['corrected', corrected],
        ] as const
      ).map(([name, value]) => (
        <div key={name} data-chosen={name === profile}>
          <dt>
            {t(`licences.profiles.${name}`)}
            {name === profile && <> · {t('licenceTools.rules.counts')}</>}
          </dt>
          <dd lang="en">{skuName(value)}</dd>
        </div>
      ))}
    </dl>
  );
}
