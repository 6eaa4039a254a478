// The very first page of a new server: makes the administrator.
import { Button, Field, Input } from '@fluentui/react-components';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Session } from '../contracts.ts';
import type { Fault } from '../fault.ts';
import { createFirstAdministrator } from '../http/session.ts';
import { FaultNotice } from '../widgets/fault-notice.tsx';
import { EntryPage } from './entry-page.tsx';
import { fullAddress } from './full-address.ts';
import { PasswordInput } from './password-input.tsx';

const SHORTEST_PASSWORD = 10;

export default function FirstRunForm({ session }: { readonly session: Session }) {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const [address, setAddress] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [fault, setFault] = useState<Fault | null>(null);
  const [busy, setBusy] = useState(false);

  async function submit(): Promise<void> {
    setBusy(true);
    setFault(null);
    const refused = await createFirstAdministrator({
      name: name.trim(),
      address: fullAddress(address, session.domain),
      password,
      ...(session.local ? {} : { code: code.trim() }),
    });
    setBusy(false);
    setFault(refused);
  }

  return (
    <EntryPage title={t('entry.firstRunTitle')} text={t('entry.firstRunText')}>
      <form
        className="parley-form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        {fault !== null && <FaultNotice fault={fault} />}
        <Field label={t('entry.name')} size="large">
          <Input
            name="name"
            size="large"
            autoComplete="name"
            maxLength={200}
            value={name}
            onChange={(_, { value }) => setName(value)}
            required
            autoFocus
          />
        </Field>
        <Field
          label={t('entry.address')}
          size="large"
          hint={t('entry.addressHint', { domain: session.domain })}
        >
          <Input
            name="address"
            size="large"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={254}
            placeholder={t('entry.addressExample', { domain: session.domain })}
            value={address}
            onChange={(_, { value }) => setAddress(value)}
            required
          />
        </Field>
        <Field
          label={t('entry.newPassword')}
          size="large"
          hint={t('entry.passwordHint', { count: SHORTEST_PASSWORD })}
        >
          <PasswordInput
            name="password"
            size="large"
            autoComplete="new-password"
            minLength={SHORTEST_PASSWORD}
            value={password}
            onChange={(_, { value }) => setPassword(value)}
            required
          />
        </Field>
        {!session.local && (
          <Field label={t('entry.code')} size="large" hint={t('entry.codeHint')}>
            <Input
              name="code"
              size="large"
              autoComplete="one-time-code"
              autoCapitalize="none"
              spellCheck={false}
              maxLength={64}
              value={code}
              onChange={(_, { value }) => setCode(value)}
              required
            />
          </Field>
        )}
        <Button type="submit" appearance="primary" size="large" disabledFocusable={busy}>
          {t('entry.createAdministrator')}
        </Button>
      </form>
    </EntryPage>
  );
}
