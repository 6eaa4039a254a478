// Keys of issuers that are trusted here. A key never comes from a file: somebody compares it and pins it.
import { Button, Field, Input } from '@fluentui/react-components';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Fault } from '../../../kit/fault.ts';
import { FaultNotice } from '../../../kit/widgets/fault-notice.tsx';
import { useNotices } from '../../../kit/widgets/notices.tsx';
import parts from '../../parts.module.css';
import { type PinnedKey, useAct } from '../licensing-api.ts';
import { useMay } from '../my-roles.ts';
import { Card } from '../page-body.tsx';
import { ReasonButton } from '../reason-button.tsx';

export function KeysCard({ keys }: { readonly keys: readonly PinnedKey[] }) {
  const { t } = useTranslation();
  const act = useAct();
  const notices = useNotices();
  const manages = useMay('manager');

  async function remove(kid: string, reason: string): Promise<void> {
    notices.outcome(await act('key-remove', { kid, reason }));
  }

  return (
    <Card title={t('licences.files.keys')} hint={t('licences.files.keysHint')}>
      <ul className={parts.list}>
        {keys.map(({ kid, name, publicKey }) => (
          <li key={kid} className={parts.item}>
            <span className={parts.itemText}>
              <bdi className={parts.strong}>{name === '' ? kid : name}</bdi>
              <code dir="ltr" className={parts.small}>
                {kid} · {publicKey}
              </code>
            </span>
            {manages && (
              <ReasonButton
                action={t('licences.remove')}
                label={t('licences.removeNamed', { name: kid })}
                title={t('licences.removeTitle', { name: kid })}
                text={t('licences.files.keyRemoveText')}
                confirm={(reason) => void remove(kid, reason)}
              />
            )}
          </li>
        ))}
      </ul>
      {keys.length === 0 && <p className={parts.hint}>{t('licences.files.noKeys')}</p>}
      {manages && <PinForm />}
    </Card>
  );
}

function PinForm() {
  const { t } = useTranslation();
  const act = useAct();
  const notices = useNotices();
  const [kid, setKid] = useState('');
  const [name, setName] = useState('');
  const [typed, setTyped] = useState('');
  const [fault, setFault] = useState<Fault | null>(null);
  const publicKey = typed.replace(/[\s:]/g, '').toLowerCase();
  const good = /^[0-9a-f]{64}$/.test(publicKey);

  async function pin(): Promise<void> {
    const outcome = await act('key-pin', { kid: kid.trim(), name: name.trim(), publicKey });
    setFault(outcome.ok ? null : outcome.fault);
    if (!outcome.ok) return;
    notices.done(t('licences.files.pinned'));
    setKid('');
    setName('');
    setTyped('');
  }

  return (
    <form
      className="parley-form"
      onSubmit={(event) => {
        event.preventDefault();
        void pin();
      }}
    >
      {fault !== null && <FaultNotice fault={fault} />}
      <div className={parts.form}>
        <Field label={t('licences.files.kid')}>
          <Input
            maxLength={200}
            input={{ dir: 'ltr' }}
            spellCheck={false}
            autoCapitalize="none"
            value={kid}
            onChange={(_, { value }) => setKid(value)}
          />
        </Field>
        <Field label={t('licences.files.keyName')}>
          <Input maxLength={500} value={name} onChange={(_, { value }) => setName(value)} />
        </Field>
        <Field
          className={parts.wide}
          label={t('licences.files.publicKey')}
          hint={t('licences.files.publicKeyHint')}
          {...(typed !== '' && !good ? { validationMessage: t('licences.files.badKey') } : {})}
        >
          <Input
            maxLength={200}
            input={{ dir: 'ltr' }}
            spellCheck={false}
            autoCapitalize="none"
            value={typed}
            onChange={(_, { value }) => setTyped(value)}
          />
        </Field>
      </div>
      <div className={parts.buttons}>
        <Button type="submit" disabledFocusable={!good || kid.trim() === ''}>
          {t('licences.files.pin')}
        </Button>
      </div>
    </form>
  );
}
