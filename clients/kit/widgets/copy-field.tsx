// A value to take along: shown in full, copied with one press.
import { Button, Tooltip } from '@fluentui/react-components';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './copy-field.module.css';
import { CheckIcon, CopyIcon } from './icons.tsx';

interface CopyFieldProps {
  readonly label: string;
  readonly value: string;
}

export function CopyField({ label, value }: CopyFieldProps) {
  const { t } = useTranslation();
  const text = useRef<HTMLElement>(null);
  const [copied, setCopied] = useState(false);

  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2500);
    return () => clearTimeout(timer);
  }, [copied]);

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(value);
      setCopied(true);
    } catch {
      // Without https there is no clipboard: the value is selected for Ctrl+C.
      if (text.current !== null) getSelection()?.selectAllChildren(text.current);
    }
  }

  return (
    <div className={styles.field}>
      <span className={styles.label}>{label}</span>
      <div className={styles.box}>
        <code ref={text} className={styles.value} dir="ltr">
          {value}
        </code>
        <Tooltip
          content={copied ? t('actions.copied') : t('actions.copyOf', { what: label })}
          relationship="label"
        >
          <Button
            appearance="subtle"
            size="small"
            icon={copied ? <CheckIcon size={18} /> : <CopyIcon size={18} />}
            onClick={() => void copy()}
          />
        </Tooltip>
      </div>
      <span role="status" className="parley-hidden">
        {copied ? t('actions.copied') : ''}
      </span>
    </div>
  );
}
