// Who keeps the licences without being an administrator.
import { Button, Checkbox, Field, Input } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SearchIcon } from '../../../kit/widgets/icons.tsx';
import { useNotices } from '../../../kit/widgets/notices.tsx';
import parts from '../../parts.module.css';
import { type LicenceRole, licensingQuery, useAct } from '../licensing-api.ts';
import { useMay } from '../my-roles.ts';
import { Card } from '../page-body.tsx';
import { QueryState } from '../query-state.tsx';
import { usePaused } from '../use-paused.ts';
import styles from './settings.module.css';

const ROLES: readonly LicenceRole[] = ['manager', 'auditor', 'help-desk', 'seller'];
const FOUND = 6;

interface Holder {
  readonly userId: string;
  readonly name: string;
  readonly roles: readonly LicenceRole[];
}

export function RolesCard() {
  const { t } = useTranslation();
  const act = useAct();
  const notices = useNotices();
  const manages = useMay('manager');
  const roles = useQuery(licensingQuery('role-list', {}));

  /** What was just chosen, shown until the server has answered. */
  const [chosen, setChosen] = useState<Holder | null>(null);

  async function set(holder: Holder, next: readonly LicenceRole[], before: readonly LicenceRole[]) {
    const { userId, name } = holder;
    setChosen({ ...holder, roles: next });
    const outcome = await act('role-set', { userId, roles: [...next] });
    setChosen(null);
    if (!notices.outcome(outcome)) return;
    const undo = () => void act('role-set', { userId, roles: [...before] }).then(notices.outcome);
    notices.undoable(t('licences.settings.rolesNow', { name }), undo);
  }

  return (
    <Card title={t('licences.settings.roles')} hint={t('licences.settings.rolesHint')}>
      <QueryState query={roles}>
        {({ people }) => (
          <>
            <ul className={parts.list}>
              {people
                .map((known) => (chosen?.userId === known.userId ? chosen : known))
                .map((holder) => (
                  <li key={holder.userId} className={parts.item}>
                    <bdi className={parts.strong}>{holder.name}</bdi>
                    <span className={parts.badges}>
                      {ROLES.map((role) => (
                        <Checkbox
                          key={role}
                          label={t(`licences.roles.${role}.name`)}
                          disabled={!manages}
                          checked={holder.roles.includes(role)}
                          onChange={(_, { checked }) =>
                            void set(
                              holder,
                              ROLES.filter((each) =>
                                each === role ? checked === true : holder.roles.includes(each),
                              ),
                              holder.roles,
                            )
                          }
                        />
                      ))}
                    </span>
                  </li>
                ))}
            </ul>
            {people.length === 0 && <p className={parts.hint}>{t('licences.settings.noRoles')}</p>}
            {manages && (
              <AddHolder
                known={new Set(people.map(({ userId }) => userId))}
                add={(holder) => void set(holder, ['auditor'], [])}
              />
            )}
          </>
        )}
      </QueryState>
      <dl className={parts.facts}>
        {ROLES.map((role) => (
          <div key={role} className="parley-contents">
            <dt>{t(`licences.roles.${role}.name`)}</dt>
            <dd>{t(`licences.roles.${role}.text`)}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}

interface AddHolderProps {
  readonly known: ReadonlySet<string>;
  readonly add: (holder: Holder) => void;
}

function AddHolder({ known, add }: AddHolderProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const query = usePaused(typed.trim());
  const found = useQuery({
    ...licensingQuery('subjects', { kind: 'user', query, limit: FOUND }),
    enabled: query !== '',
  });
  const others = (found.data?.items ?? []).filter(({ subject }) => !known.has(subject.id));
  return (
    <div className={parts.stack}>
      <Field label={t('licences.settings.addRole')}>
        <Input
          type="search"
          contentBefore={<SearchIcon size={18} />}
          maxLength={200}
          value={typed}
          onChange={(_, { value }) => setTyped(value)}
        />
      </Field>
      {query !== '' && (
        <ul className={styles.found}>
          {others.map(({ subject, name, detail }) => (
            <li key={subject.id} className={parts.item}>
              <span className={parts.itemText}>
                <bdi className={parts.strong}>{name}</bdi>
                <bdi className={parts.small}>{detail}</bdi>
              </span>
              <Button
                size="small"
                aria-label={t('licences.settings.addRoleFor', { name })}
                onClick={() => {
                  setTyped('');
                  add({ userId: subject.id, name, roles: [] });
                }}
              >
                {t('devices.add')}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {query !== '' && found.isSuccess && others.length === 0 && (
        <p role="status" className={parts.hint}>
          {t('licences.nothingFits')}
        </p>
      )}
    </div>
  );
}
