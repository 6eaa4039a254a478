// A password with a button to see it.
import { Button, Input, type InputProps } from '@fluentui/react-components';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './password-input.module.css';

export function PasswordInput(props: Omit<InputProps, 'type' | 'contentAfter'>) {
  const [shown, setShown] = useState(false);
  const { t } = useTranslation();
  return (
    <Input
      {...props}
      type={shown ? 'text' : 'password'}
      maxLength={1024}
      contentAfter={
        <Button
          appearance="transparent"
          size="small"
          className={styles.show}
          aria-pressed={shown}
          aria-label={t('entry.showPassword')}
          onClick={() => setShown(!shown)}
        >
          {shown ? t('entry.hide') : t('entry.show')}
        </Button>
      }
    />
  );
}
