// What went wrong and what to do about it.
import type { ReactNode } from 'react';
import type { Fault } from '../fault.ts';
import { useFaultText } from '../i18n/fault-text.ts';
import styles from './fault-notice.module.css';
import { WarningIcon } from './icons.tsx';

interface FaultNoticeProps {
  readonly fault: Fault;
  readonly children?: ReactNode;
}

export function FaultNotice({ fault, children }: FaultNoticeProps) {
  const { sentence, remedy } = useFaultText()(fault);
  return (
    <div role="alert" className={styles.notice}>
      <WarningIcon className={styles.icon} />
      <div className={styles.text}>
        <p className={styles.sentence}>{sentence}</p>
        {remedy !== '' && <p>{remedy}</p>}
        {children}
      </div>
    </div>
  );
}
