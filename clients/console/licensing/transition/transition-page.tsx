// The transition: what one holds of the older products, and what one is entitled to, as printed and corrected.
import { Button } from '@fluentui/react-components';
import { writeCsv } from '@parley/services/licensing/rules/exchange/csv';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FaultNotice } from '../../../kit/widgets/fault-notice.tsx';
import { DownloadIcon, PrintIcon } from '../../../kit/widgets/icons.tsx';
import { useNotices } from '../../../kit/widgets/notices.tsx';
import { Note } from '../../note.tsx';
import { PageHeader } from '../../page-header.tsx';
import { useMay } from '../my-roles.ts';
import { Card, PageBody } from '../page-body.tsx';
import { saveFile } from '../save-file.ts';
import { wholeNumber } from '../typed-number.ts';
import { EntitledCard } from './entitled-card.tsx';
import { FromStock } from './from-stock.tsx';
import { HeldCard } from './held-card.tsx';
import { bothReadings, emptyPortfolio, keepPortfolio, keptPortfolio, type Portfolio } from './portfolio.ts';
import { TotalsCard } from './totals-card.tsx';
import { TransitionPaper } from './transition-paper.tsx';
import { transitionRows } from './transition-rows.ts';

export default function TransitionPage() {
  const { t } = useTranslation();
  const notices = useNotices();
  const reads = useMay('manager', 'auditor', 'seller');
  const [portfolio, setPortfolio] = useState(keptPortfolio);
  const outcome = bothReadings(portfolio);
  const empty = portfolio.rows.length === 0;
  const ready = outcome.ok && !empty;
  const wrong = portfolio.rows.some(({ quantity }) => wholeNumber(quantity) === null);
  useEffect(() => keepPortfolio(portfolio), [portfolio]);

  const change = (part: Partial<Portfolio>) => setPortfolio((before) => ({ ...before, ...part }));

  function clear(): void {
    setPortfolio(emptyPortfolio);
    notices.undoable(t('licenceTools.transition.cleared'), () => setPortfolio(portfolio));
  }

  function download(): void {
    if (!outcome.ok) return;
    saveFile('transition.csv', 'text/csv', writeCsv(transitionRows(outcome.value, t)));
  }

  return (
    <>
      <PageHeader title={t('licenceNav.transition')} about={t('licenceTools.transition.about')}>
        <Button onClick={clear} disabledFocusable={portfolio === emptyPortfolio}>
          {t('licenceTools.transition.clear')}
        </Button>
        <Button icon={<DownloadIcon />} onClick={download} disabledFocusable={!ready}>
          {t('licenceTools.csv')}
        </Button>
        <Button
          appearance="primary"
          icon={<PrintIcon />}
          onClick={() => window.print()}
          disabledFocusable={!ready}
        >
          {t('licenceTools.print')}
        </Button>
      </PageHeader>
      <PageBody label={t('licenceNav.transition')}>
        <HeldCard portfolio={portfolio} change={change}>
          {reads && <FromStock take={(rows) => change({ rows })} />}
        </HeldCard>
        {!outcome.ok && (
          <Card title={t('licenceTools.transition.entitled')}>
            {wrong ? (
              <Note tone="warn">{t('licenceTools.mend')}</Note>
            ) : (
              <FaultNotice fault={outcome.fault} />
            )}
          </Card>
        )}
        {ready && (
          <>
            <EntitledCard both={outcome.value} />
            <TotalsCard both={outcome.value} />
            <TransitionPaper both={outcome.value} />
          </>
        )}
      </PageBody>
    </>
  );
}
