// Grey shapes of people while the first snapshot is on its way.
import { useTranslation } from 'react-i18next';
import styles from './list-skeleton.module.css';

const WIDTHS = ['w60', 'w45', 'w70', 'w52', 'w64', 'w40', 'w58'] as const;

export function ListSkeleton() {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t('people.loading')} className={styles.list}>
      {WIDTHS.map((width) => (
        <div key={width} className={styles.row}>
          <span className={styles.face} />
          <span className={styles.lines}>
            <span className={`${styles.line} ${styles[width] ?? ''}`} />
            <span className={`${styles.line} ${styles.short}`} />
          </span>
        </div>
      ))}
    </div>
  );
}
