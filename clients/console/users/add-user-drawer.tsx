// Adds a person; the password is made here and shown once.
import { Button } from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Fault } from '../../kit/fault.ts';
import { useSession } from '../../kit/http/session.ts';
import { fullAddress } from '../../kit/sign-in/full-address.ts';
import { CopyField } from '../../kit/widgets/copy-field.tsx';
import { FaultNotice } from '../../kit/widgets/fault-notice.tsx';
import { admin, type User } from '../admin-api.ts';
import { SideDrawer } from '../side-drawer.tsx';
import styles from './user-form.module.css';
import { UserForm, type UserFormValue } from './user-form.tsx';

const BLANK: UserFormValue = {
  name: '',
  address: '',
  title: '',
  department: '',
  office: '',
  phone: '',
  administrator: false,
};

interface AddUserDrawerProps {
  readonly close: () => void;
  readonly opened: (userId: string) => void;
}

export default function AddUserDrawer({ close, opened }: AddUserDrawerProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const domain = useSession().session?.domain ?? '';
  const [value, setValue] = useState(BLANK);
  const [fault, setFault] = useState<Fault | null>(null);
  const [busy, setBusy] = useState(false);
  const [added, setAdded] = useState<{ user: User; password: string | null } | null>(null);

  async function add(): Promise<void> {
    setBusy(true);
    setFault(null);
    const outcome = await admin.addUser({ ...value, address: fullAddress(value.address, domain) });
    if (outcome.ok) {
      const password = await admin.resetPassword(outcome.value.userId);
      if (!password.ok) setFault(password.fault);
      setAdded({ user: outcome.value, password: password.ok ? password.value.password : null });
      void queries.invalidateQueries({ queryKey: ['users'] });
    } else {
      setFault(outcome.fault);
    }
    setBusy(false);
  }

  if (added !== null) {
    return (
      <SideDrawer title={t('users.addedTitle', { name: added.user.name })} close={close}>
        {fault !== null && <FaultNotice fault={fault} />}
        <CopyField label={t('person.address')} value={added.user.address} />
        {added.password !== null && (
          <>
            <CopyField label={t('users.firstPassword')} value={added.password} />
            <p>{t('users.passwordOnce')}</p>
          </>
        )}
        <div className={styles.buttons}>
          <Button
            appearance="primary"
            onClick={() => {
              close();
              opened(added.user.userId);
            }}
          >
            {t('users.openUser')}
          </Button>
          <Button
            onClick={() => {
              setAdded(null);
              setValue(BLANK);
            }}
          >
            {t('users.addAnother')}
          </Button>
        </div>
      </SideDrawer>
    );
  }
  return (
    <SideDrawer title={t('users.add')} close={close}>
      <form
        className="parley-form"
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        {fault !== null && <FaultNotice fault={fault} />}
        <UserForm value={value} change={setValue} />
        <div className={styles.buttons}>
          <Button
            type="submit"
            appearance="primary"
            disabledFocusable={busy || value.name.trim() === '' || value.address.trim() === ''}
          >
            {t('users.add')}
          </Button>
          <Button onClick={close}>{t('actions.cancel')}</Button>
        </div>
      </form>
    </SideDrawer>
  );
}
