// The head of a page: its title, a number or a sentence, and what can be done.
import type { ReactNode } from 'react';
import styles from './page.module.css';

interface PageHeaderProps {
  readonly title: string;
  readonly about?: string;
  readonly children?: ReactNode;
}

export function PageHeader({ title, about, children }: PageHeaderProps) {
  return (
    <header className={styles.header}>
      <div className={styles.heading}>
        <h1 className={styles.title}>{title}</h1>
        {about !== undefined && <p className={styles.about}>{about}</p>}
      </div>
      {children !== undefined && <div className={styles.actions}>{children}</div>}
    </header>
  );
}
