// Changes one's own password; telephones keep theirs.
import { Button, Field } from '@fluentui/react-components';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Fault } from '../../kit/fault.ts';
import { request } from '../../kit/http/request.ts';
import { PasswordInput } from '../../kit/sign-in/password-input.tsx';
import { FaultNotice } from '../../kit/widgets/fault-notice.tsx';
import { useNotices } from '../../kit/widgets/notices.tsx';

const SHORTEST = 10;

export function PasswordForm() {
  const { t } = useTranslation();
  const notices = useNotices();
  const [oldPassword, setOldPassword] = useState('');
  const [newPassword, setNewPassword] = useState('');
  const [fault, setFault] = useState<Fault | null>(null);
  const [busy, setBusy] = useState(false);

  async function change(): Promise<void> {
    setBusy(true);
    const outcome = await request('POST', '/password', { oldPassword, newPassword });
    setBusy(false);
    setFault(outcome.ok ? null : outcome.fault);
    if (!outcome.ok) return;
    setOldPassword('');
    setNewPassword('');
    notices.done(t('password.changed'));
  }

  return (
    <form
      className="parley-form"
      onSubmit={(event) => {
        event.preventDefault();
        void change();
      }}
    >
      <p>{t('password.text')}</p>
      {fault !== null && <FaultNotice fault={fault} />}
      <Field label={t('password.old')}>
        <PasswordInput
          autoComplete="current-password"
          required
          value={oldPassword}
          onChange={(_, { value }) => setOldPassword(value)}
        />
      </Field>
      <Field label={t('password.new')} hint={t('entry.passwordHint', { count: SHORTEST })}>
        <PasswordInput
          autoComplete="new-password"
          required
          minLength={SHORTEST}
          value={newPassword}
          onChange={(_, { value }) => setNewPassword(value)}
        />
      </Field>
      <div>
        <Button type="submit" appearance="primary" disabledFocusable={busy}>
          {t('password.change')}
        </Button>
      </div>
    </form>
  );
}
