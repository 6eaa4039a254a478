// Every rule that an answer may cite: what it says, where it comes from, what is doubtful about it. #A10 opens one.
import { Checkbox, Field, Select } from '@fluentui/react-components';
import { catalogueVersion } from '@parley/services/licensing/rules/catalogue';
import type { Profile } from '@parley/services/licensing/rules/model';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../../kit/widgets/empty-state.tsx';
import { PageHeader } from '../../page-header.tsx';
import parts from '../../parts.module.css';
import { SearchField } from '../../search-field.tsx';
import { Card, PageBody } from '../page-body.tsx';
import { GROUPS, isRule, rulesIn } from './rule-book.ts';
import { RuleEntry } from './rule-entry.tsx';
import styles from './rules.module.css';
import { useHash } from './use-hash.ts';

const PROFILES = ['printed', 'corrected'] as const;
const ALL = GROUPS.reduce((sum, group) => sum + rulesIn(group, { query: '', doubtfulOnly: false }).length, 0);

export default function RulesPage() {
  const { t } = useTranslation();
  const hash = useHash();
  const [query, setQuery] = useState('');
  const [doubtfulOnly, setDoubtfulOnly] = useState(false);
  const [profile, setProfile] = useState<Profile>('printed');
  const groups = GROUPS.map((group) => ({ group, rules: rulesIn(group, { query, doubtfulOnly }) }));
  const count = groups.reduce((sum, { rules }) => sum + rules.length, 0);
  const linked = isRule(hash) ? hash : '';
  const goal = useRef('');

  useEffect(() => {
    // A link leads to its rule, whatever was searched before.
    goal.current = linked;
    if (linked === '') return;
    setQuery('');
    setDoubtfulOnly(false);
  }, [linked]);

  // The rule may only stand there once the search is undone: tried after every change until it does.
  useEffect(() => {
    const entry = goal.current === '' ? null : document.getElementById(goal.current);
    if (entry === null || count < ALL) return;
    goal.current = '';
    entry.scrollIntoView({ block: 'start' });
    entry.focus({ preventScroll: true });
  });

  return (
    <>
      <PageHeader
        title={t('licenceNav.rules')}
        about={t('licenceTools.rules.about', { version: catalogueVersion })}
      />
      <div className={parts.bar}>
        <SearchField label={t('licenceTools.rules.search')} value={query} onChange={setQuery} />
        <Field label={t('licenceTools.rules.profile')}>
          <Select
            value={profile}
            onChange={(_, { value }) => setProfile(value === 'corrected' ? 'corrected' : 'printed')}
          >
            {PROFILES.map((each) => (
              <option key={each} value={each}>
                {t(`licences.profiles.${each}`)}
              </option>
            ))}
          </Select>
        </Field>
        <Checkbox
          label={t('licenceTools.rules.doubtfulOnly')}
          checked={doubtfulOnly}
          onChange={(_, { checked }) => setDoubtfulOnly(checked === true)}
        />
        <p role="status" className={parts.hint}>
          {t('licenceTools.rules.count', { count })}
        </p>
      </div>
      <PageBody label={t('licenceNav.rules')}>
        {count === 0 && <EmptyState title={t('licences.nothingFits')} text={t('licences.nothingFitsText')} />}
        {groups
          .filter(({ rules }) => rules.length > 0)
          .map(({ group, rules }) => (
            <Card
              key={group}
              title={t(`licenceTools.rules.groups.${group}.title`)}
              hint={t(`licenceTools.rules.groups.${group}.hint`)}
            >
              <ul className={styles.rules}>
                {rules.map((rule) => (
                  <RuleEntry key={rule.rule} rule={rule} profile={profile} linked={rule.rule === linked} />
                ))}
              </ul>
            </Card>
          ))}
      </PageBody>
    </>
  );
}
