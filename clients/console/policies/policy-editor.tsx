// The settings of one scope: what holds, where it comes from, and the way to set it here or give it back.
import { Button } from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useNotices } from '../../kit/widgets/notices.tsx';
import parts from '../parts.module.css';
import {
  changePolicy,
  type Origin,
  type Scope,
  type SettingChanges,
  type SettingName,
  type Settings,
} from './policy-api.ts';
import styles from './policy-editor.module.css';
import { SettingField } from './setting-field.tsx';
import { type SettingRow, settingSections } from './setting-rows.ts';

interface PolicyEditorProps {
  readonly scope: Scope;
  readonly settings: Settings;
  readonly origins: Readonly<Record<string, Origin>>;
  /** Named where a department decides. */
  readonly department: string;
}

export function PolicyEditor({ scope, settings, origins, department }: PolicyEditorProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const notices = useNotices();

  async function change(name: SettingName, value: unknown): Promise<void> {
    const outcome = await changePolicy(scope, { [name]: value } as SettingChanges);
    notices.outcome(outcome);
    await queries.invalidateQueries({ queryKey: ['policies'] });
  }

  return (
    <div className={`${parts.stack} ${styles.editor}`}>
      {settingSections.map((section) => (
        <section key={section.name} className={parts.card} aria-label={t(`policy.sections.${section.name}`)}>
          <h2 className={parts.heading}>{t(`policy.sections.${section.name}`)}</h2>
          {section.rows.map((row) => (
            <Row
              key={row.name}
              row={row}
              value={settings[row.name]}
              origin={origins[row.name] ?? 'default'}
              scope={scope}
              department={department}
              change={change}
            />
          ))}
        </section>
      ))}
    </div>
  );
}

interface RowProps {
  readonly row: SettingRow;
  readonly value: Settings[SettingName];
  readonly origin: Origin;
  readonly scope: Scope;
  readonly department: string;
  readonly change: (name: SettingName, value: unknown) => Promise<void>;
}

function Row({ row, value, origin, scope, department, change }: RowProps) {
  const { t } = useTranslation();
  const isOwn = origin === scope.kind;
  return (
    <div className={styles.row}>
      <SettingField
        // What was typed and not taken goes with the value that came instead.
        key={JSON.stringify(value)}
        row={row}
        value={value}
        change={(next) => void change(row.name, next)}
      />
      <p className={styles.origin} data-own={isOwn}>
        <span>{t(`policy.origins.${isOwn ? 'here' : origin}`, { name: department })}</span>
        {isOwn && (
          <Button
            size="small"
            appearance="transparent"
            aria-label={t('policy.resetNamed', { name: t(`policy.settings.${row.name}`) })}
            onClick={() => void change(row.name, null)}
          >
            {t('policy.reset')}
          </Button>
        )}
      </p>
    </div>
  );
}
