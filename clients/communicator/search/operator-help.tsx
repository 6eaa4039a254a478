// How to search more precisely: every operator with an example that can be put into the box.
import { useTranslation } from 'react-i18next';
import styles from './search.module.css';

const EXAMPLES = {
  phrase: '" "',
  from: 'from:',
  in: 'in:',
  has: 'has:',
  before: 'before:',
  after: 'after:',
} as const;

export function OperatorHelp({ insert }: { readonly insert: (text: string) => void }) {
  const { t } = useTranslation();
  return (
    <section className={styles.help}>
      <h3>{t('search.operatorsTitle')}</h3>
      <ul>
        {(Object.keys(EXAMPLES) as (keyof typeof EXAMPLES)[]).map((name) => (
          <li key={name}>
            <button type="button" onClick={() => insert(name === 'phrase' ? '"' : EXAMPLES[name])}>
              <code dir="ltr">{EXAMPLES[name]}</code>
              <span>{t(`search.operators.${name}`)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
