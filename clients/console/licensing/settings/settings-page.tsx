// How this server keeps its licences: mode, tolerance, window, prices, who has which role, and who is told.
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { PageHeader } from '../../page-header.tsx';
import { licensingQuery } from '../licensing-api.ts';
import { PageBody } from '../page-body.tsx';
import { QueryState } from '../query-state.tsx';
import { LimitsCard } from './limits-card.tsx';
import { ModeCard } from './mode-card.tsx';
import { PricesCard } from './prices-card.tsx';
import { RolesCard } from './roles-card.tsx';
import { WebhooksCard } from './webhooks-card.tsx';

export default function SettingsPage() {
  const { t } = useTranslation();
  const settings = useQuery(licensingQuery('settings', {}));
  return (
    <>
      <PageHeader title={t('licenceNav.settings')} about={t('licences.settings.about')} />
      <PageBody label={t('licenceNav.settings')}>
        <QueryState query={settings}>
          {(data) => (
            <>
              <ModeCard settings={data} />
              <LimitsCard key={JSON.stringify(data)} settings={data} />
              <PricesCard settings={data} />
              <RolesCard />
              <WebhooksCard />
            </>
          )}
        </QueryState>
      </PageBody>
    </>
  );
}
