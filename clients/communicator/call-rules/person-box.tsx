// Chooses one person by typing a part of the name; the one who is chosen stands in the box.
import { Combobox, Field, Option } from '@fluentui/react-components';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePeopleSearch } from '../people/use-people-search.ts';
import styles from './call-rules.module.css';

interface PersonBoxProps {
  readonly label: string;
  /** Empty while nobody is chosen. */
  readonly name: string;
  readonly choose: (userId: string) => void;
  /** What is wrong with who is chosen. */
  readonly problem?: string | undefined;
}

export function PersonBox({ label, name, choose, problem }: PersonBoxProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState<string | null>(null);
  const { users, busy } = usePeopleSearch(typed ?? '');
  const isAsked = (typed ?? '').trim() !== '';
  return (
    <Field label={label} {...(problem === undefined ? {} : { validationMessage: problem })}>
      <Combobox
        className={styles.box}
        inlinePopup
        freeform
        autoComplete="off"
        placeholder={t('callRules.fields.findPerson')}
        value={typed ?? name}
        selectedOptions={[]}
        open={isAsked}
        onChange={({ target }) => setTyped(target.value)}
        onBlur={() => setTyped(null)}
        onOptionSelect={(_, { optionValue }) => {
          if (optionValue === undefined) return;
          setTyped(null);
          choose(optionValue);
        }}
      >
        {users.map((user) => (
          <Option key={user.userId} value={user.userId} text={user.name}>
            <span className={styles.option}>
              <bdi>{user.name}</bdi>
              <bdi className={styles.about}>{user.address}</bdi>
            </span>
          </Option>
        ))}
        {users.length === 0 && (
          <Option value="" disabled text={typed ?? ''}>
            {busy ? '…' : t('callRules.fields.nobodyFound')}
          </Option>
        )}
      </Combobox>
    </Field>
  );
}
