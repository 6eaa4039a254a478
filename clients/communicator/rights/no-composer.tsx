// Stands where messages are written when no licence covers that: everything can still be read.
import { useTranslation } from 'react-i18next';
import type { FeatureRight } from '../../kit/contracts.ts';
import { KeyIcon } from '../../kit/widgets/icons.tsx';
import { useRightText } from './right-text.ts';
import styles from './rights.module.css';

export function NoComposer({ right }: { readonly right: FeatureRight }) {
  const { t } = useTranslation();
  const { sentence, remedy } = useRightText()(right);
  return (
    <div className={styles.instead}>
      <KeyIcon size={18} />
      <p>
        <strong>{t('rights.readOnly')}</strong> {sentence} {remedy}
      </p>
    </div>
  );
}
