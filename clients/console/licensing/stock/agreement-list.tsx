// The agreements, each with its term, its customer number and what can be done.
import { Button } from '@fluentui/react-components';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNotices } from '../../../kit/widgets/notices.tsx';
import parts from '../../parts.module.css';
import { type Agreement, useAct } from '../licensing-api.ts';
import { useMay } from '../my-roles.ts';
import { Card } from '../page-body.tsx';
import { ReasonButton } from '../reason-button.tsx';
import { useLicenceFormats } from '../use-licence-formats.ts';

const AgreementDrawer = lazy(() => import('./agreement-drawer.tsx'));

export function AgreementList({ agreements }: { readonly agreements: readonly Agreement[] }) {
  const { t } = useTranslation();
  const licences = useLicenceFormats();
  const act = useAct();
  const notices = useNotices();
  const manages = useMay('manager');
  const [open, setOpen] = useState<Agreement | null>(null);

  async function remove(agreementId: string, reason: string): Promise<void> {
    notices.outcome(await act('agreement-remove', { agreementId, reason }));
  }

  return (
    <Card title={t('licences.stock.agreements')}>
      <ul className={parts.list}>
        {agreements.map((agreement) => {
          const { agreementId, name, program, customer, from, to } = agreement;
          return (
            <li key={agreementId} className={parts.item}>
              <span className={parts.itemText}>
                <bdi className={parts.strong}>{name}</bdi>
                <bdi className={parts.small}>
                  {[program, customer].filter((text) => text !== '').join(' · ')}
                </bdi>
                <span className={parts.small}>
                  {to === null
                    ? t('licences.since', { day: licences.day(from) })
                    : t('licences.fromTo', { from: licences.day(from), to: licences.day(to) })}
                </span>
              </span>
              {manages && (
                <span className={parts.badges}>
                  <Button
                    size="small"
                    aria-label={t('licences.changeNamed', { name })}
                    onClick={() => setOpen(agreement)}
                  >
                    {t('licences.change')}
                  </Button>
                  <ReasonButton
                    action={t('licences.remove')}
                    label={t('licences.removeNamed', { name })}
                    title={t('licences.removeTitle', { name })}
                    text={t('licences.stock.removeAgreementText')}
                    confirm={(reason) => void remove(agreementId, reason)}
                  />
                </span>
              )}
            </li>
          );
        })}
      </ul>
      <Suspense>{open !== null && <AgreementDrawer agreement={open} close={() => setOpen(null)} />}</Suspense>
    </Card>
  );
}
