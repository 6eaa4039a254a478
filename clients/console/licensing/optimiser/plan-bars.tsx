// Four plans side by side: today, a CAL for each person, a CAL for each device, and the cheapest mix.
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../../kit/i18n/use-formats.ts';
import parts from '../../parts.module.css';
import { Badge } from '../badge.tsx';
import { useLicenceFormats } from '../use-licence-formats.ts';
import styles from './optimiser.module.css';
import type { RunResult } from './run.ts';

const PLANS = ['today', 'allUser', 'allDevice', 'best'] as const;

export function PlanBars({ result, currency }: { readonly result: RunResult; readonly currency: string }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const licences = useLicenceFormats();
  const { baselines, cost, counts, savings } = result;
  const sum = (metric: string) =>
    counts.filter((each) => each.metric === metric).reduce((all, { count }) => all + count, 0);
  const plans = { ...baselines, best: { user: sum('user'), device: sum('device'), cost } };
  const most = Math.max(1, ...PLANS.map((plan) => plans[plan].cost));
  return (
    <ul className={styles.plans}>
      {PLANS.map((plan) => {
        const { user, device, cost: price } = plans[plan];
        return (
          <li key={plan} className={styles.plan} data-plan={plan}>
            <div className={styles.planHead}>
              <span className={parts.strong}>
                {t(`licenceTools.optimiser.plans.${plan === 'best' && !result.optimal ? 'found' : plan}`)}
              </span>
              <span className={styles.planCost}>{licences.money(price, currency)}</span>
            </div>
            <svg className={styles.planBar} width="100%" height={14} aria-hidden="true">
              <rect className={styles.ground} width="100%" height={14} rx={5} />
              <rect className={styles.cost} width={`${(price / most) * 100}%`} height={14} rx={5} />
            </svg>
            <span className={parts.small}>
              {t('licenceTools.optimiser.planCals', {
                users: formats.number(user),
                devices: formats.number(device),
              })}
            </span>
            {plan === 'best' && savings > 0 && (
              <span>
                <Badge tone="good">
                  {t('licenceTools.optimiser.savings', { money: licences.money(savings, currency) })}
                </Badge>
              </span>
            )}
          </li>
        );
      })}
    </ul>
  );
}
