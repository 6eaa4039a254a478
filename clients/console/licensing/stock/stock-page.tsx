// What the organisation owns: purchases, agreements, Software Assurance.
import { Button, Tab, TabList } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../../kit/widgets/empty-state.tsx';
import { LicenceIcon, PlusIcon, UploadIcon } from '../../../kit/widgets/icons.tsx';
import { PageHeader } from '../../page-header.tsx';
import parts from '../../parts.module.css';
import { licensingQuery, type Stock } from '../licensing-api.ts';
import { useMay } from '../my-roles.ts';
import { Card, PageBody } from '../page-body.tsx';
import { QueryState } from '../query-state.tsx';
import { AgreementList } from './agreement-list.tsx';
import { GrantTable } from './grant-table.tsx';
import { SaTimeline } from './sa-timeline.tsx';
import styles from './stock.module.css';

const GrantDrawer = lazy(() => import('./grant-drawer.tsx'));
const AgreementDrawer = lazy(() => import('./agreement-drawer.tsx'));
const SaDrawer = lazy(() => import('./sa-drawer.tsx'));
const ImportDrawer = lazy(() => import('../import-drawer.tsx'));

type View = 'purchases' | 'agreements' | 'assurance';
type Drawer = View | 'import' | null;

const NOTHING: Stock = { agreements: [], grants: [], saTerms: [] };

export default function StockPage() {
  const { t } = useTranslation();
  const stock = useQuery(licensingQuery('stock', {}));
  const manages = useMay('manager');
  const [view, setView] = useState<View>('purchases');
  const [drawer, setDrawer] = useState<Drawer>(null);
  const close = () => setDrawer(null);
  const known = stock.data ?? NOTHING;
  return (
    <>
      <PageHeader title={t('licenceNav.stock')} about={t('licences.stock.about')}>
        {manages && (
          <>
            <Button icon={<UploadIcon />} onClick={() => setDrawer('import')}>
              {t('licences.stock.import')}
            </Button>
            <Button appearance="primary" icon={<PlusIcon />} onClick={() => setDrawer(view)}>
              {t(`licences.stock.add.${view}`)}
            </Button>
          </>
        )}
      </PageHeader>
      <div className={parts.bar}>
        <TabList
          className={styles.tabs}
          selectedValue={view}
          onTabSelect={(_, { value }) => setView(value as View)}
        >
          <Tab value="purchases">{t('licences.stock.purchases')}</Tab>
          <Tab value="agreements">{t('licences.stock.agreements')}</Tab>
          <Tab value="assurance">{t('licences.stock.sa')}</Tab>
        </TabList>
      </div>
      <PageBody label={t('licenceNav.stock')}>
        <QueryState query={stock}>{(data) => <Shown view={view} stock={data} />}</QueryState>
      </PageBody>
      <Suspense>
        {drawer === 'purchases' && <GrantDrawer stock={known} close={close} />}
        {drawer === 'agreements' && <AgreementDrawer close={close} />}
        {drawer === 'assurance' && <SaDrawer stock={known} close={close} />}
        {drawer === 'import' && <ImportDrawer kinds={['purchases']} close={close} />}
      </Suspense>
    </>
  );
}

function Shown({ view, stock }: { readonly view: View; readonly stock: Stock }) {
  const { t } = useTranslation();
  const counts = { purchases: stock.grants, agreements: stock.agreements, assurance: stock.saTerms };
  if (counts[view].length === 0) {
    return (
      <EmptyState
        picture={<LicenceIcon size={30} />}
        title={t(`licences.stock.empty.${view}.title`)}
        text={t(`licences.stock.empty.${view}.text`)}
      />
    );
  }
  if (view === 'purchases') return <GrantTable stock={stock} />;
  if (view === 'agreements') return <AgreementList agreements={stock.agreements} />;
  return (
    <Card title={t('licences.stock.sa')} hint={t('licences.stock.saHint')}>
      <SaTimeline stock={stock} />
    </Card>
  );
}
