// The frame of the pages before sign-in: Parley's face on one side, the form on the other.
import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { LanguagePicker } from '../widgets/language-picker.tsx';
import { Wordmark } from '../widgets/mark.tsx';
import styles from './entry-page.module.css';

interface EntryPageProps {
  readonly title: string;
  readonly text?: string;
  readonly children: ReactNode;
}

export function EntryPage({ title, text, children }: EntryPageProps) {
  const { t } = useTranslation();

  useEffect(() => {
    // A dialog that was open when the sign-in ended has hidden the page from screen readers and is gone with the
    // workspace before it could show it again.
    const root = document.getElementById('root');
    const show = () => root?.removeAttribute('aria-hidden');
    const observer = new MutationObserver(show);
    show();
    if (root !== null) observer.observe(root, { attributes: true, attributeFilter: ['aria-hidden'] });
    return () => observer.disconnect();
  }, []);

  return (
    <div className={styles.page}>
      <aside className={styles.face}>
        <Wordmark size={36} onTeal />
        <div className={styles.scene}>
          <svg viewBox="0 0 320 240" className={styles.art} aria-hidden="true">
            <rect x="18" y="34" width="196" height="62" rx="22" className={styles.bubble} />
            <rect x="42" y="55" width="118" height="7" rx="3.5" className={styles.words} />
            <rect x="42" y="70" width="78" height="7" rx="3.5" className={styles.words} />
            <rect x="106" y="112" width="196" height="62" rx="22" className={styles.bubbleOwn} />
            <rect x="130" y="133" width="132" height="7" rx="3.5" className={styles.words} />
            <rect x="130" y="148" width="92" height="7" rx="3.5" className={styles.words} />
            <circle cx="36" cy="206" r="6" className={styles.dot} />
            <circle cx="58" cy="206" r="6" className={styles.dot} />
            <circle cx="80" cy="206" r="6" className={styles.dot} />
            <circle cx="214" cy="38" r="13" className={styles.present} />
          </svg>
        </div>
        <p className={styles.slogan}>{t('entry.slogan')}</p>
      </aside>
      <main className={styles.main}>
        <div className={styles.form}>
          <div className={styles.smallMark}>
            <Wordmark size={32} />
          </div>
          <h1 className={styles.title}>{title}</h1>
          {text !== undefined && <p className={styles.text}>{text}</p>}
          {children}
        </div>
        <LanguagePicker />
      </main>
    </div>
  );
}
