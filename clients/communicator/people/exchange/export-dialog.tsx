// Writes one's contact list into a file, in this browser.
import { Radio, RadioGroup } from '@fluentui/react-components';
import { type FileKind, writeListFile } from '@parley/services/contacts/rules/list-file';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLiveClient } from '../../../kit/live/live-context.tsx';
import { FormDialog } from '../../../kit/widgets/form-dialog.tsx';
import { isElsewhere, nameOf } from '../contact-rows.ts';

const FILES: Readonly<Record<FileKind, { readonly name: string; readonly type: string }>> = {
  json: { name: 'parley-contacts.json', type: 'application/json' },
  vcard: { name: 'parley-contacts.vcf', type: 'text/vcard' },
  csv: { name: 'parley-contacts.csv', type: 'text/csv' },
};
const KINDS = Object.keys(FILES) as FileKind[];
/** How long a browser may take to begin with a file. */
const KEPT_MS = 60_000;

export default function ExportDialog({ close }: { readonly close: () => void }) {
  const { t } = useTranslation();
  const client = useLiveClient();
  const [kind, setKind] = useState<FileKind>('json');

  function save(): void {
    const { contacts, users, book } = client.store.getState().live;
    const people = Object.values(contacts).flatMap((contact) => {
      const { contactId } = contact;
      const address = isElsewhere(contactId) ? contactId : users[contactId]?.address;
      const name = nameOf(contactId, contact, users[contactId]);
      return address === undefined ? [] : { contact, address, name };
    });
    people.sort((one, other) => one.name.localeCompare(other.name));
    const { name, type } = FILES[kind];
    const url = URL.createObjectURL(new Blob([writeListFile(kind, people, book.groups)], { type }));
    const link = document.createElement('a');
    link.href = url;
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
    close();
  }

  return (
    <FormDialog
      title={t('contacts.file.exportTitle')}
      submitLabel={t('contacts.file.save')}
      submit={save}
      close={close}
    >
      <RadioGroup
        aria-label={t('contacts.file.format')}
        value={kind}
        onChange={(_, { value }) => setKind(value as FileKind)}
      >
        {KINDS.map((one) => (
          <Radio key={one} value={one} label={t(`contacts.file.formats.${one}`)} />
        ))}
      </RadioGroup>
      <p>{t('contacts.file.noteWarning')}</p>
    </FormDialog>
  );
}
