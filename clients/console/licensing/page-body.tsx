// The scrolling part of a licence page.
import type { ReactNode } from 'react';
import page from '../page.module.css';
import styles from '../parts.module.css';

export function PageBody({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region has to be reachable by keyboard
    <section className={page.body} tabIndex={0} aria-label={label}>
      <div className={styles.stack}>{children}</div>
    </section>
  );
}

interface CardProps {
  readonly title: string;
  readonly hint?: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

export function Card({ title, hint, actions, children }: CardProps) {
  return (
    <section className={styles.card} aria-label={title}>
      <div className={styles.cardHead}>
        <div>
          <h2 className={styles.heading}>{title}</h2>
          {hint !== undefined && <p className={styles.hint}>{hint}</p>}
        </div>
        {actions !== undefined && <div className={styles.badges}>{actions}</div>}
      </div>
      {children}
    </section>
  );
}
