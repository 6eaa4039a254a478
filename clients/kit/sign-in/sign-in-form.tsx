// Address and password; a refusal says why and what to do.
import { Button, Field, Input } from '@fluentui/react-components';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Session } from '../contracts.ts';
import type { Fault } from '../fault.ts';
import { signIn } from '../http/session.ts';
import { FaultNotice } from '../widgets/fault-notice.tsx';
import { EntryPage } from './entry-page.tsx';
import { fullAddress } from './full-address.ts';
import { PasswordInput } from './password-input.tsx';

interface SignInFormProps {
  readonly session: Session;
  /** Why an earlier sign-in ended. */
  readonly ended: Fault | null;
}

export default function SignInForm({ session, ended }: SignInFormProps) {
  const { t } = useTranslation();
  const [address, setAddress] = useState('');
  const [password, setPassword] = useState('');
  const [fault, setFault] = useState<Fault | null>(ended);
  const [busy, setBusy] = useState(false);

  async function submit(): Promise<void> {
    setBusy(true);
    setFault(null);
    const refused = await signIn(fullAddress(address, session.domain), password);
    setBusy(false);
    setFault(refused);
  }

  return (
    <EntryPage title={t('entry.signInTitle')} text={t('entry.signInText', { domain: session.domain })}>
      <form
        className="parley-form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        {fault !== null && <FaultNotice fault={fault} />}
        <Field label={t('entry.address')} size="large">
          <Input
            name="address"
            size="large"
            type="text"
            inputMode="email"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            placeholder={t('entry.addressExample', { domain: session.domain })}
            value={address}
            onChange={(_, { value }) => setAddress(value)}
            required
            autoFocus
          />
        </Field>
        <Field label={t('entry.password')} size="large">
          <PasswordInput
            name="password"
            size="large"
            autoComplete="current-password"
            value={password}
            onChange={(_, { value }) => setPassword(value)}
            required
          />
        </Field>
        <Button type="submit" appearance="primary" size="large" disabledFocusable={busy}>
          {busy ? t('entry.signingIn') : t('entry.signIn')}
        </Button>
      </form>
    </EntryPage>
  );
}
