// A word about a state: sign, words and colour say the same.
import type { ReactNode } from 'react';
import { CheckIcon, InfoIcon, WarningIcon } from '../../kit/widgets/icons.tsx';
import styles from '../parts.module.css';

export type Tone = 'good' | 'bad' | 'warn' | 'plain';

const SIGNS: Readonly<Record<Tone, ReactNode>> = {
  good: <CheckIcon size={14} />,
  bad: <WarningIcon size={14} />,
  warn: <InfoIcon size={14} />,
  plain: null,
};

export function Badge({ tone = 'plain', children }: { readonly tone?: Tone; readonly children: ReactNode }) {
  return (
    <span className={styles.badge} data-tone={tone}>
      {SIGNS[tone]}
      <span>{children}</span>
    </span>
  );
}
