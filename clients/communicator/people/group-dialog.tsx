// Asks for the name of a group of contacts: of a new one, for these people, or of one that is there.
import { Field, Input } from '@fluentui/react-components';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ContactGroup } from '../../kit/contracts.ts';
import { useFaultText } from '../../kit/i18n/fault-text.ts';
import { useLiveClient } from '../../kit/live/live-context.tsx';
import { randomId } from '../../kit/live/random-id.ts';
import { FormDialog } from '../../kit/widgets/form-dialog.tsx';

const LONGEST = 100;

interface GroupDialogProps {
  /** The group that gets another name; without it a new one is made. */
  readonly group?: ContactGroup;
  readonly contactIds?: readonly string[];
  readonly close: () => void;
}

export default function GroupDialog({ group, contactIds = [], close }: GroupDialogProps) {
  const { t } = useTranslation();
  const client = useLiveClient();
  const textOf = useFaultText();
  const groupId = useRef(group?.groupId ?? randomId());
  const [name, setName] = useState(group?.name ?? '');
  const [problem, setProblem] = useState('');

  async function submit(): Promise<void> {
    const kind = group === undefined ? 'create' : 'rename';
    const made = await client.contacts.changeGroups({ kind, groupId: groupId.current, name: name.trim() });
    const outcome =
      made.ok && contactIds.length > 0
        ? await client.contacts.put(contactIds, { addTo: [groupId.current] })
        : made;
    if (outcome.ok) return close();
    const { sentence, remedy } = textOf(outcome.fault);
    setProblem(`${sentence} ${remedy ?? ''}`);
  }

  return (
    <FormDialog
      title={t(group === undefined ? 'people.newGroupTitle' : 'contacts.renameGroupTitle')}
      submitLabel={t(group === undefined ? 'people.createGroup' : 'actions.save')}
      disabled={name.trim() === ''}
      submit={() => void submit()}
      close={close}
    >
      <Field
        label={t('people.groupName')}
        {...(problem === '' ? {} : { validationMessage: problem, validationState: 'error' })}
      >
        <Input
          value={name}
          maxLength={LONGEST}
          autoFocus
          onChange={(_, { value }) => {
            setName(value);
            setProblem('');
          }}
        />
      </Field>
    </FormDialog>
  );
}
