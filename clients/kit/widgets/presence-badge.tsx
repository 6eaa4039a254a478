// A person's state as a badge that differs by shape, not only by colour. Its text stands beside it.
import type { ReactNode } from 'react';
import type { StateName } from '../contracts.ts';
import styles from './presence-badge.module.css';

export type ShownState = StateName | 'unknown';

const line = { fill: 'none', strokeWidth: 2, strokeLinecap: 'round', strokeLinejoin: 'round' } as const;

const DRAWINGS: Readonly<Record<ShownState, ReactNode>> = {
  available: (
    <>
      <circle cx="8" cy="8" r="8" className={styles.available} />
      <path d="m4.6 8.3 2.3 2.3 4.5-4.7" className={styles.cut} {...line} />
    </>
  ),
  // Half full: nobody has touched anything for a while.
  inactive: (
    <>
      <circle cx="8" cy="8" r="6.8" className={styles.availableRing} {...line} strokeWidth={2.4} />
      <path d="M8 2a6 6 0 0 0 0 12Z" className={styles.available} />
    </>
  ),
  busy: <circle cx="8" cy="8" r="8" className={styles.busy} />,
  busyInactive: (
    <>
      <circle cx="8" cy="8" r="6.8" className={styles.busyRing} {...line} strokeWidth={2.4} />
      <path d="M8 2a6 6 0 0 0 0 12Z" className={styles.busy} />
    </>
  ),
  doNotDisturb: (
    <>
      <circle cx="8" cy="8" r="8" className={styles.busy} />
      <path d="M4.5 8h7" className={styles.cut} {...line} strokeWidth={2.4} />
    </>
  ),
  beRightBack: (
    <>
      <circle cx="8" cy="8" r="6.8" className={styles.awayRing} {...line} strokeWidth={2.4} />
      <path d="M5.8 8h4.4m-1.9-2L10.4 8l-2.1 2" className={styles.awayRing} {...line} strokeWidth={1.8} />
    </>
  ),
  away: (
    <>
      <circle cx="8" cy="8" r="8" className={styles.away} />
      <path d="M8 4.2V8l2.5 1.7" className={styles.cut} {...line} />
    </>
  ),
  offline: (
    <>
      <circle cx="8" cy="8" r="6.8" className={styles.offlineRing} {...line} strokeWidth={2.4} />
      <path d="m5.9 5.9 4.2 4.2m0-4.2-4.2 4.2" className={styles.offlineRing} {...line} strokeWidth={1.8} />
    </>
  ),
  unknown: <circle cx="8" cy="8" r="6.8" className={styles.offlineRing} {...line} strokeDasharray="2 3.3" />,
};

interface PresenceBadgeProps {
  readonly state: ShownState;
  readonly size?: number;
}

export function PresenceBadge({ state, size = 14 }: PresenceBadgeProps) {
  return (
    <svg
      viewBox="0 0 16 16"
      width={size}
      height={size}
      className={styles.badge}
      data-state={state}
      aria-hidden="true"
    >
      {DRAWINGS[state]}
    </svg>
  );
}
