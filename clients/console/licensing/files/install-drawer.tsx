// Installs a licence file: pasted, chosen or dropped; first checked, and what the check found is shown.
import { Button, Field, Textarea } from '@fluentui/react-components';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Fault } from '../../../kit/fault.ts';
import { FaultNotice } from '../../../kit/widgets/fault-notice.tsx';
import { CheckIcon } from '../../../kit/widgets/icons.tsx';
import { useNotices } from '../../../kit/widgets/notices.tsx';
import { FileButton } from '../../file-button.tsx';
import parts from '../../parts.module.css';
import { SideDrawer } from '../../side-drawer.tsx';
import imported from '../../users/import-drawer.module.css';
import { type OperationReply, useAct } from '../licensing-api.ts';
import { useLicenceFormats } from '../use-licence-formats.ts';
import styles from './files.module.css';

type Checked = OperationReply<'file-install'>;
/** A licence file is some hundred bytes; the service takes no more than this. */
const LONGEST_CHARS = 100_000;

export default function InstallDrawer({ close }: { readonly close: () => void }) {
  const { t } = useTranslation();
  const act = useAct();
  const notices = useNotices();
  const [text, setText] = useState('');
  const [checked, setChecked] = useState<Checked | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  const [over, setOver] = useState(false);
  const [busy, setBusy] = useState(false);

  function change(next: string): void {
    setText(next.slice(0, LONGEST_CHARS));
    setChecked(null);
    setFault(null);
  }

  async function read(file: File | undefined): Promise<void> {
    if (file !== undefined) change(await file.slice(0, LONGEST_CHARS).text());
  }

  async function run(dryRun: boolean): Promise<void> {
    setBusy(true);
    const outcome = await act('file-install', { text, dryRun });
    setBusy(false);
    setFault(outcome.ok ? null : outcome.fault);
    setChecked(outcome.ok ? outcome.value : null);
    if (!outcome.ok || dryRun) return;
    notices.done(t('licences.files.done'));
    close();
  }

  return (
    <SideDrawer title={t('licences.files.install')} close={close}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a shortcut for the button inside */}
      <div
        className={styles.drop}
        data-over={over}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          void read(event.dataTransfer.files[0]);
        }}
      >
        <p>{t('licences.files.dropText')}</p>
        <FileButton chosen={(file) => void read(file)}>{t('import.choose')}</FileButton>
      </div>
      <Field label={t('licences.files.text')}>
        <Textarea
          className={imported.content}
          resize="vertical"
          textarea={{ dir: 'ltr', spellCheck: false }}
          value={text}
          onChange={(_, { value }) => change(value)}
          placeholder="-----BEGIN LICENCE FILE-----"
        />
      </Field>
      {fault !== null && <FaultNotice fault={fault} />}
      <div role="status">{checked !== null && <Result checked={checked} />}</div>
      <div className={parts.buttons}>
        <Button
          appearance="primary"
          disabledFocusable={busy || text.trim() === ''}
          onClick={() => void run(checked === null)}
        >
          {checked === null ? t('import.check') : t('licences.files.install')}
        </Button>
        <Button onClick={close}>{t('actions.close')}</Button>
      </div>
    </SideDrawer>
  );
}

function Result({ checked }: { readonly checked: Checked }) {
  const { t } = useTranslation();
  const licences = useLicenceFormats();
  const { issuer, kid, customer, seq, notBefore, notAfter } = checked;
  return (
    <>
      <p className={imported.good}>
        <CheckIcon size={18} />
        {t('licences.files.good')}
      </p>
      <dl className={parts.facts}>
        <dt>{t('licences.files.issuer')}</dt>
        <dd>
          <bdi>{issuer}</bdi> <code dir="ltr">{kid}</code>
        </dd>
        <dt>{t('licences.files.customer')}</dt>
        <dd>
          <bdi>{customer}</bdi>
        </dd>
        <dt>{t('licences.files.number')}</dt>
        <dd>{seq}</dd>
        <dt>{t('licences.files.term')}</dt>
        <dd>
          {notAfter === null
            ? t('licences.since', { day: licences.day(notBefore) })
            : t('licences.fromTo', { from: licences.day(notBefore), to: licences.day(notAfter) })}
        </dd>
      </dl>
    </>
  );
}
