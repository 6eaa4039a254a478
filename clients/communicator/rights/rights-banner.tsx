// What no licence covers here, and whom to ask. It comes and goes with the licences, without a reload.
import { Button } from '@fluentui/react-components';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FeatureRight } from '../../kit/contracts.ts';
import { formatLocale } from '../../kit/i18n/languages.ts';
import { useLive } from '../../kit/live/live-context.tsx';
import { KeyIcon } from '../../kit/widgets/icons.tsx';
import { useRightText } from './right-text.ts';
import styles from './rights.module.css';

/** The features that this window has; the others come with calls and meetings. */
const OURS = ['im', 'group-im', 'presence'] as const;

export function RightsBanner() {
  const features = useLive(({ live }) => live.features);
  const [heard, setHeard] = useState<ReadonlySet<string>>(new Set());
  const ours = OURS.map((feature) => features[feature]).filter((right) => right !== undefined);
  const refused = ours.filter(({ allowed }) => !allowed);
  // Allowed with a word to it: a licence is missing and nobody is refused for that.
  const warned = ours.filter(({ allowed, code }) => allowed && code !== undefined);
  const hear = () => setHeard(new Set([...heard, ...warned.map(({ feature }) => feature)]));
  const unheard = warned.filter(({ feature }) => !heard.has(feature));
  return (
    <div role="status">
      {refused.length > 0 && <Told rights={refused} kind="refused" />}
      {refused.length === 0 && unheard.length > 0 && <Told rights={unheard} kind="warned" hear={hear} />}
    </div>
  );
}

interface ToldProps {
  readonly rights: readonly FeatureRight[];
  readonly kind: 'refused' | 'warned';
  readonly hear?: () => void;
}

function Told({ rights, kind, hear }: ToldProps) {
  const { t, i18n } = useTranslation();
  const textOf = useRightText();
  const names = rights
    .filter(({ feature }) => feature !== 'group-im' || rights.every((right) => right.feature !== 'im'))
    .map(({ feature }) => t(`rights.features.${feature as (typeof OURS)[number]}`));
  const list = new Intl.ListFormat(formatLocale(i18n.language)).format(names);
  const [first] = rights;
  return (
    <div className={styles.banner} data-kind={kind}>
      <KeyIcon size={18} />
      <p className={styles.text}>
        <strong>{kind === 'refused' ? t('rights.refused', { list }) : t('rights.warned', { list })}</strong>{' '}
        {first !== undefined && textOf(first).remedy}
      </p>
      {hear !== undefined && (
        <Button size="small" onClick={hear}>
          {t('rights.heard')}
        </Button>
      )}
    </div>
  );
}
