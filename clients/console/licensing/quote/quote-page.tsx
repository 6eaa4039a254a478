// Builds a quote: servers and people in, CALs in the cheapest packs out, worked out here with every key.
import { Button } from '@fluentui/react-components';
import { writeCsv } from '@parley/services/licensing/rules/exchange/csv';
import { quote } from '@parley/services/licensing/rules/quote';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DownloadIcon, PrintIcon } from '../../../kit/widgets/icons.tsx';
import { useNotices } from '../../../kit/widgets/notices.tsx';
import { PageHeader } from '../../page-header.tsx';
import parts from '../../parts.module.css';
import { useMay } from '../my-roles.ts';
import { PageBody } from '../page-body.tsx';
import { saveFile } from '../save-file.ts';
import { HeldCard } from './held-card.tsx';
import { LinesCard } from './lines-card.tsx';
import { PeopleCard } from './people-card.tsx';
import { PricesCard } from './prices-card.tsx';
import styles from './quote.module.css';
import {
  emptyDraft,
  hasWrongNumber,
  keepDraft,
  keptDraft,
  type QuoteDraft,
  requestOf,
} from './quote-draft.ts';
import { QuotePaper } from './quote-paper.tsx';
import { QuoteResult } from './quote-result.tsx';
import { quoteRows } from './quote-rows.ts';
import { TermsCard } from './terms-card.tsx';

/** The same page for who has no account. */
const CALCULATOR = '/console/calculator';

export interface DraftCardProps {
  readonly draft: QuoteDraft;
  readonly change: (change: Partial<QuoteDraft>) => void;
}

export default function QuotePage() {
  const { t } = useTranslation();
  const notices = useNotices();
  const inConsole = useMay('manager', 'auditor', 'help-desk', 'seller');
  const [draft, setDraft] = useState(keptDraft);
  const outcome = quote(requestOf(draft));
  const empty = draft.lines.length === 0;
  const wrong = hasWrongNumber(draft);
  const ready = outcome.ok && !empty && !wrong;
  useEffect(() => keepDraft(draft), [draft]);

  const change = (part: Partial<QuoteDraft>) => setDraft((before) => ({ ...before, ...part }));

  function clear(): void {
    setDraft(emptyDraft);
    notices.undoable(t('licenceTools.quote.cleared'), () => setDraft(draft));
  }

  function download(): void {
    if (!outcome.ok) return;
    const name = `quote${draft.number === '' ? '' : `-${draft.number.replaceAll(/[^\w-]+/g, '-')}`}.csv`;
    saveFile(name, 'text/csv', writeCsv(quoteRows(outcome.value, t)));
  }

  return (
    <>
      <PageHeader title={t('licenceNav.quote')} about={t('licenceTools.quote.about')}>
        <Button onClick={clear} disabledFocusable={draft === emptyDraft}>
          {t('licenceTools.quote.clear')}
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
      <PageBody label={t('licenceNav.quote')}>
        <div className={styles.columns}>
          <div className={parts.stack}>
            <LinesCard draft={draft} change={change} />
            <PeopleCard draft={draft} change={change} />
            <HeldCard draft={draft} change={change} />
            {outcome.ok && <PricesCard draft={draft} change={change} items={outcome.value.items} />}
            <TermsCard draft={draft} change={change} />
          </div>
          <div className={styles.result}>
            <QuoteResult
              outcome={outcome}
              empty={empty}
              wrong={wrong}
              usersStated={draft.users.trim() !== ''}
            />
            {inConsole && (
              <p className={`${parts.hint} ${styles.resellers}`}>
                {t('licenceTools.quote.forResellers')} <a href={CALCULATOR}>{CALCULATOR}</a>
              </p>
            )}
          </div>
        </div>
      </PageBody>
      {ready && <QuotePaper draft={draft} quote={outcome.value} />}
    </>
  );
}
