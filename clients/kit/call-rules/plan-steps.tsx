// Why a call goes where it goes: the rules in their order, each with what it said. The ones that decided stand out.
import { useTranslation } from 'react-i18next';
import type { PlanStep } from '../contracts.ts';
import { useFormats } from '../i18n/use-formats.ts';
import { CheckIcon } from '../widgets/icons.tsx';
import styles from './plan-steps.module.css';
import { stepText } from './step-text.ts';

export function PlanSteps({ steps }: { readonly steps: readonly PlanStep[] }) {
  const { t } = useTranslation();
  const { locale } = useFormats();
  return (
    <ol className={styles.steps} aria-label={t('callRules.dryRun.why')}>
      {steps.map((step) => (
        <li key={`${step.rule} ${step.sentence}`} className={styles.step} data-matched={step.matched}>
          <span className={styles.mark}>{step.matched && <CheckIcon size={14} />}</span>
          <span>
            {stepText(t, locale, step)}
            <span className="parley-hidden">
              {' '}
              ({t(step.matched ? 'callRules.dryRun.decides' : 'callRules.dryRun.passes')})
            </span>
          </span>
        </li>
      ))}
    </ol>
  );
}
