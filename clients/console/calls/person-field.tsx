// Whose calls are shown: everybody’s, or those of one person who is found by name, address or number.
import { Combobox, Field, Option } from '@fluentui/react-components';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usersQuery } from '../admin-api.ts';
import { usePaused } from '../licensing/use-paused.ts';
import styles from './call-list.module.css';

const SHOWN = 20;

interface PersonFieldProps {
  readonly userId: string;
  readonly choose: (userId: string) => void;
}

export function PersonField({ userId, choose }: PersonFieldProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const query = usePaused(typed.trim());
  const found = useInfiniteQuery(usersQuery(query));
  const users = found.data?.pages[0]?.users.slice(0, SHOWN) ?? [];
  return (
    <Field label={t('callRecords.person')} className={styles.person}>
      <Combobox
        value={typed}
        placeholder={t('callRecords.everybody')}
        clearable
        freeform
        selectedOptions={userId === '' ? [] : [userId]}
        onInput={({ currentTarget }) => {
          setTyped((currentTarget as HTMLInputElement).value);
          choose('');
        }}
        onOptionSelect={(_, { optionValue = '', optionText = '' }) => {
          setTyped(optionText);
          choose(optionValue);
        }}
      >
        {users.map((user) => (
          <Option key={user.userId} value={user.userId} text={user.name}>
            <span className={styles.option}>
              <bdi>{user.name}</bdi>
              <bdi className={styles.address}>{user.address}</bdi>
            </span>
          </Option>
        ))}
      </Combobox>
    </Field>
  );
}
