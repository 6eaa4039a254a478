// Records a server, or changes one: what it would need is said while one chooses its roles.
import { Button, Checkbox, Field, Input, Select } from '@fluentui/react-components';
import { serverRoles } from '@parley/services/licensing/rules/catalogue';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Fault } from '../../../kit/fault.ts';
import { FaultNotice } from '../../../kit/widgets/fault-notice.tsx';
import { useNotices } from '../../../kit/widgets/notices.tsx';
import { Note } from '../../note.tsx';
import parts from '../../parts.module.css';
import { SideDrawer } from '../../side-drawer.tsx';
import { type Settings, useAct } from '../licensing-api.ts';
import { roleName } from './role-name.ts';
import { licencesOf, type Ose } from './server-map.ts';
import styles from './servers.module.css';

interface ServerDrawerProps {
  /** Null for a new one. */
  readonly ose: Ose | null;
  readonly others: readonly Ose[];
  readonly profile: Settings['profile'];
  readonly close: () => void;
}

const EDITIONS = ['standard', 'enterprise'] as const;

export default function ServerDrawer({ ose, others, profile, close }: ServerDrawerProps) {
  const { t } = useTranslation();
  const act = useAct();
  const notices = useNotices();
  const [oseId, setOseId] = useState(ose?.oseId ?? '');
  const [host, setHost] = useState(ose?.host ?? '');
  const [edition, setEdition] = useState<Ose['edition']>(ose?.edition ?? others[0]?.edition ?? 'standard');
  const [roles, setRoles] = useState<readonly string[]>(ose?.roles ?? ['front-end']);
  const [fault, setFault] = useState<Fault | null>(null);
  const [busy, setBusy] = useState(false);
  const name = oseId.trim();
  const taken = ose === null && others.some((other) => other.oseId === name);
  const complete = name !== '' && host.trim() !== '' && roles.length > 0 && !taken;
  const drawn = { oseId: 'this', host: '', edition, roles: [...roles] };
  const licence = licencesOf([drawn], profile).get('this');
  const title = ose === null ? t('licenceTools.servers.add') : t('licences.changeNamed', { name: ose.oseId });

  async function keep(): Promise<void> {
    setBusy(true);
    const outcome = await act('ose-put', { oseId: name, host: host.trim(), edition, roles: [...roles] });
    setBusy(false);
    setFault(outcome.ok ? null : outcome.fault);
    if (!outcome.ok) return;
    notices.done(t('licenceTools.servers.kept', { name }));
    close();
  }

  return (
    <SideDrawer title={title} close={close}>
      <form
        className="parley-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (complete && !busy) void keep();
        }}
      >
        {fault !== null && <FaultNotice fault={fault} />}
        <Field
          label={t('licenceTools.servers.name')}
          hint={t('licenceTools.servers.nameHint')}
          required
          {...(taken ? { validationMessage: t('licenceTools.servers.taken') } : {})}
        >
          <Input
            maxLength={200}
            value={oseId}
            disabled={ose !== null}
            onChange={(_, { value }) => setOseId(value)}
          />
        </Field>
        <Field label={t('licenceTools.servers.host')} hint={t('licenceTools.servers.hostHint')} required>
          <Input maxLength={200} value={host} onChange={(_, { value }) => setHost(value)} />
        </Field>
        <Field label={t('licenceTools.servers.edition')}>
          <Select value={edition} onChange={(_, { value }) => setEdition(value as Ose['edition'])}>
            {EDITIONS.map((each) => (
              <option key={each} value={each}>
                {t(`licenceTools.servers.editions.${each}`)}
              </option>
            ))}
          </Select>
        </Field>
        <fieldset className="parley-fieldset">
          <legend className={parts.strong}>{t('licenceTools.servers.roles')}</legend>
          <div className={styles.roleChoices}>
            {serverRoles.map(({ role }) => (
              <Checkbox
                key={role}
                label={{ children: roleName(role), lang: 'en' }}
                checked={roles.includes(role)}
                onChange={(_, { checked }) =>
                  setRoles(checked === true ? [...roles, role] : roles.filter((each) => each !== role))
                }
              />
            ))}
          </div>
        </fieldset>
        <div role="status">
          <Note>
            {licence?.licensed === true
              ? t('licenceTools.servers.needsLicence', { roles: licence.because.map(roleName).join(', ') })
              : t('licenceTools.servers.needsNone')}
          </Note>
        </div>
        <div className={parts.buttons}>
          <Button type="submit" appearance="primary" disabledFocusable={!complete || busy}>
            {t('actions.save')}
          </Button>
          <Button onClick={close}>{t('actions.cancel')}</Button>
        </div>
      </form>
    </SideDrawer>
  );
}
