// Policies: for everybody or for a department, and who has changed what. Those of one person stand in their drawer.
import { Button, Field, Input, Select, Spinner } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FaultNotice } from '../../kit/widgets/fault-notice.tsx';
import page from '../page.module.css';
import { PageHeader } from '../page-header.tsx';
import parts from '../parts.module.css';
import { type Origin, policiesQuery, type Scope, type SettingName, type Settings } from './policy-api.ts';
import { PolicyChanges } from './policy-changes.tsx';
import styles from './policy-editor.module.css';
import { PolicyEditor } from './policy-editor.tsx';

export default function PoliciesPage() {
  const { t } = useTranslation();
  const { data, error, isPending } = useQuery(policiesQuery);
  const [department, setDepartment] = useState('');
  const [typed, setTyped] = useState('');
  const said = data?.policies ?? [];
  const departments = said.flatMap(({ scope }) => (scope.kind === 'department' ? [scope.value] : []));
  const offered = [...new Set([...departments, ...(department === '' ? [] : [department])])].sort();
  const scope: Scope = department === '' ? { kind: 'global' } : { kind: 'department', value: department };
  const settingsOf = (wanted: Scope): Partial<Settings> =>
    said.find((policy) => JSON.stringify(policy.scope) === JSON.stringify(wanted))?.settings ?? {};

  return (
    <>
      <PageHeader title={t('policy.title')} about={t('policy.about')} />
      <div className={page.body}>
        {isPending && <Spinner aria-label={t('policy.loading')} />}
        {error !== null && <FaultNotice fault={error.fault} />}
        {data !== undefined && (
          <>
            <div className={styles.choose}>
              <Field label={t('policy.scope')}>
                <Select value={department} onChange={(_, { value }) => setDepartment(value)}>
                  <option value="">{t('policy.everybody')}</option>
                  {offered.map((name) => (
                    <option key={name} value={name}>
                      {name}
                    </option>
                  ))}
                </Select>
              </Field>
              <form
                className={styles.department}
                onSubmit={(event) => {
                  event.preventDefault();
                  if (typed.trim() === '') return;
                  setDepartment(typed.trim());
                  setTyped('');
                }}
              >
                <Field label={t('policy.otherDepartment')}>
                  <Input value={typed} maxLength={200} onChange={(_, { value }) => setTyped(value)} />
                </Field>
                <Button type="submit" disabledFocusable={typed.trim() === ''}>
                  {t('policy.openDepartment')}
                </Button>
              </form>
            </div>
            <div className={parts.stack}>
              <PolicyEditor
                scope={scope}
                department={department}
                {...layered(scope, settingsOf(scope), settingsOf({ kind: 'global' }), data.defaults)}
              />
              <PolicyChanges />
            </div>
          </>
        )}
      </div>
    </>
  );
}

function layered(scope: Scope, own: Partial<Settings>, everybody: Partial<Settings>, defaults: Settings) {
  const origins = Object.fromEntries(
    Object.keys(defaults).map((name): [string, Origin] => {
      if (own[name as SettingName] !== undefined) return [name, scope.kind];
      return [name, everybody[name as SettingName] === undefined ? 'default' : 'global'];
    }),
  );
  return { origins, settings: { ...defaults, ...everybody, ...own } };
}
