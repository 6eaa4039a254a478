// Step three: the sums under both readings; a licence manager may record one of them as owned.
import type { Transition } from '@parley/services/licensing/rules/transition';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../../kit/i18n/use-formats.ts';
import parts from '../../parts.module.css';
import { useMay } from '../my-roles.ts';
import { Card } from '../page-body.tsx';
import { SkuLabel } from '../sku-label.tsx';
import type { BothReadings } from './portfolio.ts';
import { RecordButton } from './record-button.tsx';
import styles from './transition.module.css';

export function TotalsCard({ both }: { readonly both: BothReadings }) {
  const { t } = useTranslation();
  const manages = useMay('manager');
  return (
    <Card
      title={t('licenceTools.transition.totals')}
      hint={manages ? t('licenceTools.transition.totalsHint') : ''}
    >
      <div className={styles.totals}>
        {(['printed', 'corrected'] as const).map((profile) => (
          <section key={profile} aria-label={t(`licences.profiles.${profile}`)}>
            <h3 className={styles.reading}>{t(`licences.profiles.${profile}`)}</h3>
            <Sums transition={both[profile]} />
            {manages && Object.keys(both[profile].entitled).length > 0 && (
              <RecordButton transition={both[profile]} />
            )}
          </section>
        ))}
      </div>
    </Card>
  );
}

function Sums({ transition: { entitled, unchanged } }: { readonly transition: Transition }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const none = Object.keys(entitled).length + Object.keys(unchanged).length === 0;
  if (none) return <p className={parts.hint}>{t('licenceTools.transition.nothing')}</p>;
  return (
    <ul className={styles.sums}>
      {Object.entries(entitled).map(([sku, count]) => (
        <li key={sku}>
          <strong className={parts.number}>{formats.number(count)}</strong> × <SkuLabel sku={sku} />
        </li>
      ))}
      {Object.entries(unchanged).map(([sku, count]) => (
        <li key={sku}>
          <strong className={parts.number}>{formats.number(count)}</strong> × <SkuLabel sku={sku} />{' '}
          <span className={parts.small}>{t('licenceTools.transition.unchanged')}</span>
        </li>
      ))}
    </ul>
  );
}
