// The twelve keys, by mouse, touch and keyboard. Typed keys come from whoever shows the pad.
import { useTranslation } from 'react-i18next';
import styles from './keypad.module.css';

const KEYS = [
  ['1', ''],
  ['2', 'ABC'],
  ['3', 'DEF'],
  ['4', 'GHI'],
  ['5', 'JKL'],
  ['6', 'MNO'],
  ['7', 'PQRS'],
  ['8', 'TUV'],
  ['9', 'WXYZ'],
  ['*', ''],
  ['0', '+'],
  ['#', ''],
] as const;

const DIAL_KEY = /^[0-9*#]$/;

export function isDialKey(key: string): boolean {
  return DIAL_KEY.test(key);
}

export function Keypad({ press }: { readonly press: (key: string) => void }) {
  const { t } = useTranslation();
  return (
    // biome-ignore lint/a11y/useSemanticElements: no fields, keys
    <div className={styles.pad} role="group" aria-label={t('calls.keypad')} dir="ltr">
      {KEYS.map(([key, letters]) => (
        <button key={key} type="button" className={styles.key} aria-label={key} onClick={() => press(key)}>
          <span className={styles.digit}>{key}</span>
          <span className={styles.letters} aria-hidden="true" lang="en">
            {letters}
          </span>
        </button>
      ))}
    </div>
  );
}
