// A person's fields, password and right to sign in.
import { Button } from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Fault } from '../../kit/fault.ts';
import { ConfirmButton } from '../../kit/widgets/confirm-button.tsx';
import { CopyField } from '../../kit/widgets/copy-field.tsx';
import { FaultNotice } from '../../kit/widgets/fault-notice.tsx';
import { useNotices } from '../../kit/widgets/notices.tsx';
import { admin, type User, userQuery } from '../admin-api.ts';
import drawer from './user-drawer.module.css';
import styles from './user-form.module.css';
import { UserForm, type UserFormValue } from './user-form.tsx';

export function AccountTab({ user }: { readonly user: User }) {
  const { t } = useTranslation();
  const notices = useNotices();
  const stored = useStored(user);
  const [value, setValue] = useState<UserFormValue>(() => formValue(user));
  const [fault, setFault] = useState<Fault | null>(null);
  const [busy, setBusy] = useState(false);
  const changes = changedFields(user, value);
  const changed = Object.keys(changes).length > 0;

  async function save(): Promise<void> {
    setBusy(true);
    const outcome = await admin.changeUser(user.userId, changes);
    setBusy(false);
    setFault(outcome.ok ? null : outcome.fault);
    if (!outcome.ok) return;
    stored(outcome.value);
    notices.done(t('users.saved'));
  }

  return (
    <>
      <form
        className="parley-form"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        {fault !== null && <FaultNotice fault={fault} />}
        <UserForm value={value} change={setValue} />
        <div className={styles.buttons}>
          <Button type="submit" appearance="primary" disabledFocusable={!changed || busy}>
            {t('actions.save')}
          </Button>
          {changed && <Button onClick={() => setValue(formValue(user))}>{t('actions.revert')}</Button>}
        </div>
      </form>
      <div className={drawer.danger}>
        <PasswordReset user={user} />
        <AccountSwitch user={user} />
      </div>
    </>
  );
}

function PasswordReset({ user }: { readonly user: User }) {
  const { t } = useTranslation();
  const notices = useNotices();
  const [password, setPassword] = useState<string | null>(null);

  async function reset(): Promise<void> {
    const outcome = await admin.resetPassword(user.userId);
    if (notices.outcome(outcome) && outcome.ok) setPassword(outcome.value.password);
  }

  return (
    <>
      <div className={drawer.act}>
        <p>{t('users.resetText')}</p>
        <ConfirmButton
          action={t('users.reset')}
          title={t('users.resetTitle', { name: user.name })}
          text={t('users.resetConfirm')}
          confirm={() => void reset()}
        />
      </div>
      <div role="status" className={drawer.secret}>
        {password !== null && (
          <>
            <CopyField label={t('users.newPassword')} value={password} />
            <p>{t('users.passwordOnce')}</p>
          </>
        )}
      </div>
    </>
  );
}

/** Disabling can be undone at once, so it is not asked about first. */
function AccountSwitch({ user }: { readonly user: User }) {
  const { t } = useTranslation();
  const notices = useNotices();
  const stored = useStored(user);

  async function set(disabled: boolean): Promise<void> {
    const outcome = await admin.setDisabled(user.userId, disabled);
    if (!notices.outcome(outcome) || !outcome.ok) return;
    stored(outcome.value);
    const text = t(disabled ? 'users.nowDisabled' : 'users.nowEnabled', { name: user.name });
    notices.undoable(text, () => void set(!disabled));
  }

  return (
    <div className={drawer.act}>
      <p>{user.disabled ? t('users.enableText') : t('users.disableText')}</p>
      <Button onClick={() => void set(!user.disabled)}>
        {user.disabled ? t('users.enable') : t('users.disable')}
      </Button>
    </div>
  );
}

/** Puts the server's answer where the screens read it. */
function useStored(user: User): (changed: User) => void {
  const queries = useQueryClient();
  return (changed) => {
    queries.setQueryData(userQuery(user.userId).queryKey, changed);
    void queries.invalidateQueries({ queryKey: ['users'] });
    void queries.invalidateQueries({ queryKey: ['sign-ins'] });
  };
}

function formValue(user: User): UserFormValue {
  const { name, address, title, department, office, phone, administrator } = user;
  return { name, address, title, department, office, phone, administrator };
}

function changedFields(user: User, value: UserFormValue): Partial<UserFormValue> {
  const before: UserFormValue = formValue(user);
  return Object.fromEntries(
    Object.entries(value).filter(([field, now]) => before[field as keyof UserFormValue] !== now),
  );
}
