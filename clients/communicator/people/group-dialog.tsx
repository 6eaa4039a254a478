// Asks for the name of a new group.
import { Field, Input } from '@fluentui/react-components';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormDialog } from '../../kit/widgets/form-dialog.tsx';

const LONGEST = 100;

interface GroupDialogProps {
  readonly choose: (group: string) => void;
  readonly close: () => void;
}

export default function GroupDialog({ choose, close }: GroupDialogProps) {
  const { t } = useTranslation();
  const [name, setName] = useState('');

  function submit(): void {
    choose(name.trim());
    close();
  }

  return (
    <FormDialog
      title={t('people.newGroupTitle')}
      submitLabel={t('people.createGroup')}
      disabled={name.trim() === ''}
      submit={submit}
      close={close}
    >
      <Field label={t('people.groupName')}>
        <Input value={name} maxLength={LONGEST} autoFocus onChange={(_, { value }) => setName(value)} />
      </Field>
    </FormDialog>
  );
}
