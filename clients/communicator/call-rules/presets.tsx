// The three wishes that most people have, and the way back to none of them.
import { Button } from '@fluentui/react-components';
import { useTranslation } from 'react-i18next';
import type { Allowances, CallRules, RuleTarget } from '../../kit/contracts.ts';
import { MailIcon, MobileIcon, PhoneIcon } from '../../kit/widgets/icons.tsx';
import styles from './call-rules.module.css';

interface PresetsProps {
  readonly rules: CallRules;
  readonly allowances: Allowances;
  /** Of one's own card; empty where there is none. */
  readonly mobile: string;
  readonly change: (changes: Partial<CallRules>) => void;
  /** The number is not known: it is typed in this field. */
  readonly ask: (field: 'forwardAll' | 'ringAlso') => void;
}

export function Presets({ rules, allowances, mobile, change, ask }: PresetsProps) {
  const { t } = useTranslation();
  const { forwarding, ringAlso, outsideNumbers, voicemail } = allowances;
  const target: RuleTarget = { kind: 'number', number: mobile };
  const others = rules.ringAlso.filter((also) => JSON.stringify(also.target) !== JSON.stringify(target));
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a row
    <div className={styles.presets} role="group" aria-label={t('callRules.presets.title')}>
      <Button icon={<PhoneIcon size={18} />} onClick={() => change({ forwardAll: null, ringAlso: [] })}>
        {t('callRules.presets.usual')}
      </Button>
      {ringAlso.allowed && outsideNumbers.allowed && (
        <Button
          icon={<MobileIcon size={18} />}
          onClick={() =>
            mobile === ''
              ? ask('ringAlso')
              : change({ forwardAll: null, ringAlso: [...others.slice(0, 4), { target, delayS: 0 }] })
          }
        >
          {t('callRules.presets.mobileToo')}
        </Button>
      )}
      {forwarding.allowed && outsideNumbers.allowed && (
        <Button
          icon={<MobileIcon size={18} />}
          onClick={() => (mobile === '' ? ask('forwardAll') : change({ forwardAll: target }))}
        >
          {t('callRules.presets.mobileOnly')}
        </Button>
      )}
      {voicemail.allowed && (
        <Button icon={<MailIcon size={18} />} onClick={() => change({ forwardAll: { kind: 'voicemail' } })}>
          {t('callRules.presets.voicemail')}
        </Button>
      )}
    </div>
  );
}
