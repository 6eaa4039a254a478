// Numbers and addresses that are told that nobody is there.
import { Button } from '@fluentui/react-components';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { BlockIcon, CloseIcon } from '../../kit/widgets/icons.tsx';
import styles from './call-rules.module.css';
import { NumberBox } from './number-box.tsx';

interface BlockedFieldProps {
  readonly blocked: readonly string[];
  readonly change: (blocked: string[]) => void;
}

export function BlockedField({ blocked, change }: BlockedFieldProps) {
  const { t } = useTranslation();
  const [count, setCount] = useState(0);
  return (
    <div className={styles.part}>
      <p className={styles.hint}>{t('callRules.blocked.text')}</p>
      {blocked.length === 0 ? (
        <p className={styles.hint}>{t('callRules.blocked.none')}</p>
      ) : (
        <ul className={styles.list}>
          {blocked.map((name) => (
            <li key={name} className={styles.entry}>
              <BlockIcon size={18} />
              <bdi className={styles.name}>{name}</bdi>
              <Button
                appearance="subtle"
                icon={<CloseIcon size={16} />}
                aria-label={t('callRules.blocked.remove', { name })}
                onClick={() => change(blocked.filter((other) => other !== name))}
              />
            </li>
          ))}
        </ul>
      )}
      <NumberBox
        key={count}
        label={t('callRules.blocked.label')}
        number=""
        take={(number) => {
          setCount(count + 1);
          if (!blocked.includes(number)) change([...blocked, number]);
        }}
        after={
          // Leaving the box takes what stands in it; the button is where a hand goes.
          <Button size="small" appearance="transparent">
            {t('callRules.blocked.add')}
          </Button>
        }
      />
    </div>
  );
}
