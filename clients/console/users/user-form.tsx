// The fields of a person, for adding and for changing.
import { Field, Input, Switch } from '@fluentui/react-components';
import { useTranslation } from 'react-i18next';
import { useSession } from '../../kit/http/session.ts';
import styles from './user-form.module.css';

export interface UserFormValue {
  readonly name: string;
  readonly address: string;
  readonly title: string;
  readonly department: string;
  readonly office: string;
  readonly phone: string;
  readonly administrator: boolean;
}

interface UserFormProps {
  readonly value: UserFormValue;
  readonly change: (value: UserFormValue) => void;
}

export function UserForm({ value, change }: UserFormProps) {
  const { t } = useTranslation();
  const domain = useSession().session?.domain ?? '';
  const text = (
    field: 'name' | 'address' | 'title' | 'department' | 'office' | 'phone',
    maxLength: number,
  ) => ({
    value: value[field],
    maxLength,
    onChange: (_: unknown, data: { value: string }) => change({ ...value, [field]: data.value }),
  });
  return (
    <div className={styles.form}>
      <Field label={t('users.name')} required className={styles.wide}>
        <Input {...text('name', 200)} autoComplete="off" />
      </Field>
      <Field
        label={t('person.address')}
        required
        className={styles.wide}
        hint={t('users.addressHint', { domain })}
      >
        <Input {...text('address', 254)} autoComplete="off" autoCapitalize="none" spellCheck={false} />
      </Field>
      <Field label={t('users.jobTitle')}>
        <Input {...text('title', 200)} />
      </Field>
      <Field label={t('person.department')}>
        <Input {...text('department', 200)} />
      </Field>
      <Field label={t('person.office')}>
        <Input {...text('office', 200)} />
      </Field>
      <Field label={t('person.phone')}>
        <Input {...text('phone', 32)} type="tel" placeholder="+49 89 123456" />
      </Field>
      <Switch
        className={styles.wide}
        checked={value.administrator}
        label={t('users.isAdministrator')}
        onChange={(_, { checked }) => change({ ...value, administrator: checked })}
      />
    </div>
  );
}
