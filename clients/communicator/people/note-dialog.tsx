// A note about a contact that nobody else sees. Where another window changed it meanwhile, both texts are shown.
import { Field, Textarea } from '@fluentui/react-components';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Contact } from '../../kit/contracts.ts';
import type { Fault } from '../../kit/fault.ts';
import { useLive, useLiveClient } from '../../kit/live/live-context.tsx';
import { FaultNotice } from '../../kit/widgets/fault-notice.tsx';
import { FormDialog } from '../../kit/widgets/form-dialog.tsx';

const LONGEST = 500;

interface NoteDialogProps {
  readonly contactId: string;
  readonly name: string;
  readonly close: () => void;
}

export default function NoteDialog({ contactId, name, close }: NoteDialogProps) {
  const { t } = useTranslation();
  const client = useLiveClient();
  const held = useLive(({ live }) => live.contacts[contactId]);
  const [text, setText] = useState(held?.note ?? '');
  const [version, setVersion] = useState(held?.noteVersion ?? 0);
  const [fault, setFault] = useState<Fault | null>(null);

  async function submit(): Promise<void> {
    const outcome = await client.contacts.put([contactId], { note: { text, version } });
    if (outcome.ok) return close();
    const current = outcome.fault.current as Contact | undefined;
    if (current !== undefined) {
      setVersion(current.noteVersion);
      if (!text.includes(current.note)) setText(`${current.note}\n\n${text}`.slice(0, LONGEST));
    }
    setFault(outcome.fault);
  }

  return (
    <FormDialog
      title={t('contacts.noteAbout', { name })}
      submitLabel={t('actions.save')}
      submit={() => void submit()}
      close={close}
    >
      {fault !== null && <FaultNotice fault={fault} />}
      <Field label={t('contacts.note')} hint={t('contacts.noteHint')}>
        <Textarea
          value={text}
          maxLength={LONGEST}
          rows={5}
          autoFocus
          onChange={(_, { value }) => setText(value)}
        />
      </Field>
    </FormDialog>
  );
}
