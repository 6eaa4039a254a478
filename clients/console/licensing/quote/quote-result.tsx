// The quote as it stands: items, sums, and what the rules say about it.

import type { Quote, QuoteItem } from '@parley/services/licensing/rules/quote';
import { useTranslation } from 'react-i18next';
import type { Outcome } from '../../../kit/fault.ts';
import { useFormats } from '../../../kit/i18n/use-formats.ts';
import { EmptyState } from '../../../kit/widgets/empty-state.tsx';
import { FaultNotice } from '../../../kit/widgets/fault-notice.tsx';
import { Note } from '../../note.tsx';
import parts from '../../parts.module.css';
import { Card } from '../page-body.tsx';
import { RuleList } from '../rule-list.tsx';
import { SkuLabel } from '../sku-label.tsx';
import { useLicenceFormats } from '../use-licence-formats.ts';
import { useFinding } from './finding.ts';
import styles from './quote.module.css';
import { packsText } from './quote-rows.ts';

interface QuoteResultProps {
  readonly outcome: Outcome<Quote>;
  readonly empty: boolean;
  /** A field holds what is no number. */
  readonly wrong: boolean;
  readonly usersStated: boolean;
}

export function QuoteResult({ outcome, empty, wrong, usersStated }: QuoteResultProps) {
  const { t } = useTranslation();
  if (wrong) {
    return (
      <Card title={t('licenceTools.quote.result')}>
        <div role="status">
          <Note tone="warn">{t('licenceTools.mend')}</Note>
        </div>
      </Card>
    );
  }
  if (empty && outcome.ok) {
    return (
      <Card title={t('licenceTools.quote.result')}>
        <EmptyState title={t('licenceTools.quote.emptyTitle')} text={t('licenceTools.quote.emptyText')} />
      </Card>
    );
  }
  if (!outcome.ok) {
    return (
      <Card title={t('licenceTools.quote.result')}>
        <FaultNotice fault={outcome.fault} />
      </Card>
    );
  }
  return <Result quote={outcome.value} usersStated={usersStated} />;
}

function Result({ quote, usersStated }: { readonly quote: Quote; readonly usersStated: boolean }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const licences = useLicenceFormats();
  const finding = useFinding();
  const facts = ['calsRequired', 'calsIncluded', 'calsHeld', 'calsToBuy', 'surplus'] as const;
  return (
    <Card title={t('licenceTools.quote.result')}>
      {quote.mustOfferCals && (
        <Note tone={usersStated ? 'plain' : 'warn'}>
          {usersStated ? t('licenceTools.quote.dutyKept') : t('licenceTools.quote.dutyOpen')} (B13)
        </Note>
      )}
      {quote.violations.map((code) => (
        <Note key={code} tone="bad">
          {finding(code)}
        </Note>
      ))}
      {quote.warnings.map((code) => (
        <Note key={code} tone="warn">
          {finding(code)}
        </Note>
      ))}
      <table className={styles.table}>
        <caption className="parley-hidden">{t('licenceTools.quote.result')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('licenceTools.item')}</th>
            <th scope="col" className={styles.number}>
              {t('licences.quantity')}
            </th>
            <th scope="col" className={styles.number}>
              {t('licenceTools.price')}
            </th>
          </tr>
        </thead>
        <tbody>
          {quote.items.map((item, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two lines may sell the same
            <Item key={index} item={item} currency={quote.currency} />
          ))}
        </tbody>
        <tfoot>
          <tr>
            <td colSpan={2}>{t('licenceTools.total')}</td>
            <td className={styles.number} data-testid="total">
              {licences.money(quote.total, quote.currency)}
            </td>
          </tr>
        </tfoot>
      </table>
      {quote.unpriced.length > 0 && (
        <p className={parts.hint}>{t('licenceTools.quote.unpriced', { count: quote.unpriced.length })}</p>
      )}
      <dl className={styles.facts}>
        {facts.map((fact) => (
          <div key={fact}>
            <dt>{t(`licenceTools.quote.${fact}`)}</dt>
            <dd>{formats.number(quote[fact])}</dd>
          </div>
        ))}
      </dl>
      <RuleList rules={quote.rules} />
    </Card>
  );
}

function Item({ item, currency }: { readonly item: QuoteItem; readonly currency: string }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const licences = useLicenceFormats();
  const packs = packsText(item);
  return (
    <tr>
      <td>
        <SkuLabel sku={item.sku} />
        {packs !== '' && (
          <span className={parts.small}>
            <br />
            {t('licenceTools.quote.inPacks', { packs })}
            {(item.surplus ?? 0) > 0 && ` ${t('licenceTools.quote.surplusOf', { count: item.surplus ?? 0 })}`}
          </span>
        )}
      </td>
      <td className={styles.number}>{formats.number(item.quantity)}</td>
      {item.cost === undefined ? (
        <td className={`${styles.number} ${styles.unpriced}`}>{t('licenceTools.noPrice')}</td>
      ) : (
        <td className={styles.number}>{licences.money(item.cost, currency)}</td>
      )}
    </tr>
  );
}
