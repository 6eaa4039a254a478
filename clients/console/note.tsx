// A remark beside an answer: sign, words and colour say the same.
import type { ReactNode } from 'react';
import { InfoIcon, WarningIcon } from '../kit/widgets/icons.tsx';
import styles from './note.module.css';

interface NoteProps {
  readonly tone?: 'plain' | 'warn' | 'bad';
  readonly children: ReactNode;
}

export function Note({ tone = 'plain', children }: NoteProps) {
  return (
    <div className={styles.note} data-tone={tone}>
      {tone === 'plain' ? <InfoIcon size={18} /> : <WarningIcon size={18} />}
      <div>{children}</div>
    </div>
  );
}
