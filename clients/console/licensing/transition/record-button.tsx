// Records in the stock what a transition gives: one entry for each licence, with the transition as its source.
import { skuOf } from '@parley/services/licensing/rules/catalogue';
import type { Transition } from '@parley/services/licensing/rules/transition';
import { useTranslation } from 'react-i18next';
import { ConfirmButton } from '../../../kit/widgets/confirm-button.tsx';
import { useNotices } from '../../../kit/widgets/notices.tsx';
import { useAct } from '../licensing-api.ts';

export function RecordButton({ transition }: { readonly transition: Transition }) {
  const { t } = useTranslation();
  const act = useAct();
  const notices = useNotices();
  const { entitled, profile, release } = transition;

  async function record(): Promise<void> {
    for (const [sku, quantity] of Object.entries(entitled)) {
      const outcome = await act('grant-add', {
        sku,
        metric: skuOf(sku)?.metrics[0] ?? 'user',
        quantity,
        source: 'transition',
        from: release,
        to: null,
        agreementId: null,
        proof: `A23, ${profile}`,
        unitPrice: null,
      });
      if (!notices.outcome(outcome)) return;
    }
    notices.done(t('licenceTools.transition.recorded'));
  }

  return (
    <ConfirmButton
      size="small"
      action={t('licenceTools.transition.record')}
      label={t('licenceTools.transition.recordNamed', { profile: t(`licences.profiles.${profile}`) })}
      title={t('licenceTools.transition.recordTitle')}
      text={t('licenceTools.transition.recordText', { profile: t(`licences.profiles.${profile}`) })}
      confirm={() => void record()}
    />
  );
}
