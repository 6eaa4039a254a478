// Who has changed which setting, the latest first.
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../kit/i18n/use-formats.ts';
import { userQuery } from '../admin-api.ts';
import parts from '../parts.module.css';
import { changesQuery, type PolicyChange, type SettingName } from './policy-api.ts';
import styles from './policy-editor.module.css';
import { settingSections } from './setting-rows.ts';

const SHOWN = 30;
const COMMAND_LINE = 'cli';

export function PolicyChanges() {
  const { t } = useTranslation();
  const { data: changes = [] } = useQuery(changesQuery);
  if (changes.length === 0) return null;
  return (
    <section className={parts.card} aria-label={t('policy.changes')}>
      <h2 className={parts.heading}>{t('policy.changes')}</h2>
      <ul className={styles.changes}>
        {changes.slice(0, SHOWN).map((change) => (
          <Change key={`${change.at} ${change.setting} ${JSON.stringify(change.scope)}`} change={change} />
        ))}
      </ul>
    </section>
  );
}

function Change({ change: { at, by, scope, setting, before, after } }: { readonly change: PolicyChange }) {
  const { t, i18n } = useTranslation();
  const formats = useFormats();
  const who = useName(by);
  const whom = useName(scope.kind === 'user' ? scope.value : '');
  const where = scope.kind === 'global' ? t('policy.everybody') : scope.kind === 'user' ? whom : scope.value;
  const list = new Intl.ListFormat(i18n.language, { type: 'unit' });

  function shown(value: unknown): string {
    if (value === null || value === undefined) return t('policy.notSet');
    if (typeof value === 'boolean') return t(value ? 'policy.on' : 'policy.off');
    if (typeof value === 'number') return String(value);
    if (isChoice(setting)) return t(`policy.choices.${value as 'allow'}`);
    const text = Array.isArray(value) ? list.format(value.map(String)) : String(value);
    return text === '' ? t('policy.empty') : t('policy.quoted', { text });
  }

  return (
    <li>
      <span className={styles.when}>{formats.full(at)}</span>{' '}
      <span>
        {t('policy.change', {
          who,
          where,
          setting: t(`policy.settings.${setting as SettingName}`),
          before: shown(before),
          after: shown(after),
        })}
      </span>
    </li>
  );
}

function isChoice(setting: string): boolean {
  return settingSections.some(({ rows }) =>
    rows.some(({ name, kind }) => name === setting && kind === 'choice'),
  );
}

function useName(userId: string): string {
  const { t } = useTranslation();
  const isPerson = userId !== '' && userId !== COMMAND_LINE;
  const { data } = useQuery({ ...userQuery(userId), enabled: isPerson });
  return userId === COMMAND_LINE ? t('policy.commandLine') : (data?.name ?? '…');
}
