// What a run found: what it costs now and at best, how sure that is, who is covered by what, and what to do.
import { Button } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../../kit/i18n/use-formats.ts';
import { ConfirmButton } from '../../../kit/widgets/confirm-button.tsx';
import { useNotices } from '../../../kit/widgets/notices.tsx';
import { Note } from '../../note.tsx';
import parts from '../../parts.module.css';
import { typedAmount } from '../licence-formats.ts';
import { licensing, licensingQuery, type Settings, useAct } from '../licensing-api.ts';
import { useMay } from '../my-roles.ts';
import { Card } from '../page-body.tsx';
import { emptyDraft, keepDraft, newLine } from '../quote/quote-draft.ts';
import { RuleList } from '../rule-list.tsx';
import { useLicenceFormats } from '../use-licence-formats.ts';
import { CoverPicture } from './cover-picture.tsx';
import { Moves } from './moves.tsx';
import { PlanBars } from './plan-bars.tsx';
import { coverOf, METRICS, pricesOf, purchasesIn, type Run, type RunResult } from './run.ts';
import { Sweep } from './sweep.tsx';

const MOST_PURCHASES = 500;

interface ResultProps {
  readonly run: Run;
  readonly result: RunResult;
  readonly settings: Settings;
}

export function RunResultCards({ run, result, settings }: ResultProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const licences = useLicenceFormats();
  const position = useQuery(licensingQuery('position', {}));
  const { currency } = settings;
  const { cost, lowerBound, optimal, people, devices, edges } = result;
  if (edges === 0) return <Note>{t('licenceTools.optimiser.noEvidence')}</Note>;
  const now = (position.data?.lines ?? []).map(({ sku, metric, assigned }) => ({
    sku,
    metric,
    count: assigned,
  }));
  return (
    <>
      <Card
        title={t('licenceTools.optimiser.result')}
        hint={t('licenceTools.optimiser.basis', {
          people: formats.number(people),
          devices: formats.number(devices),
          edges: formats.number(edges),
        })}
        actions={<Actions run={run} settings={settings} />}
      >
        <PlanBars result={result} currency={currency} />
        <p className={parts.hint} data-optimal={optimal}>
          {optimal
            ? t('licenceTools.optimiser.proven')
            : t('licenceTools.optimiser.bound', {
                bound: licences.money(lowerBound, currency),
                most: licences.money(cost - lowerBound, currency),
              })}
        </p>
        <RuleList rules={run.options.level === 'joint' ? ['M7', 'M8', 'S4', 'S7', 'A10'] : ['M7', 'S4']} />
      </Card>
      <Card title={t('licenceTools.optimiser.cover')} hint={t('licenceTools.optimiser.coverHint')}>
        {METRICS.map((metric) => (
          <CoverPicture
            key={metric}
            metric={metric}
            total={metric === 'user' ? people : devices}
            before={coverOf(now, metric)}
            after={coverOf(result.counts, metric)}
          />
        ))}
      </Card>
      <Moves run={run} total={result.moves} />
      <Sweep result={result} options={run.options} />
    </>
  );
}

function Actions({ run, settings }: Pick<ResultProps, 'run' | 'settings'>) {
  const { t } = useTranslation();
  const act = useAct();
  const notices = useNotices();
  const navigate = useNavigate();
  const manages = useMay('manager');
  const [busy, setBusy] = useState(false);
  const { optimisationId } = run;

  async function apply(): Promise<void> {
    setBusy(true);
    const outcome = await act('optimise-apply', { optimisationId });
    setBusy(false);
    if (notices.outcome(outcome) && outcome.ok)
      notices.done(t('licenceTools.optimiser.applied', { ...outcome.value }));
  }

  async function toQuote(): Promise<void> {
    setBusy(true);
    const outcome = await licensing('moves', { optimisationId, limit: MOST_PURCHASES });
    setBusy(false);
    if (!outcome.ok) return notices.fault(outcome.fault);
    const bought = purchasesIn(outcome.value.items);
    if (bought.size === 0) return notices.done(t('licenceTools.optimiser.nothingToBuy'));
    keepDraft({
      ...emptyDraft,
      currency: settings.currency,
      lines: [...bought].map(([sku, { quantity }]) => ({ ...newLine(sku), quantity: String(quantity) })),
      packPrices: Object.fromEntries(
        [...bought].map(([sku, purchase]) => [
          sku,
          typedPrices(pricesOf(run, sku, purchase, settings), settings.currency),
        ]),
      ),
    });
    const differ = [...bought].some(([sku, each]) => pricesOf(run, sku, each, settings) === undefined);
    if (differ) notices.done(t('licenceTools.optimiser.pricesDiffer'));
    await navigate({ to: '/licensing/quote' });
  }

  return (
    <>
      <Button size="small" disabledFocusable={busy} onClick={() => void toQuote()}>
        {t('licenceTools.optimiser.toQuote')}
      </Button>
      {manages && (
        <ConfirmButton
          size="small"
          action={t('licenceTools.optimiser.apply')}
          title={t('licenceTools.optimiser.applyTitle')}
          text={t('licenceTools.optimiser.applyText')}
          confirm={() => void apply()}
        />
      )}
    </>
  );
}

function typedPrices(
  prices: ReadonlyMap<number, number> | undefined,
  currency: string,
): Record<string, string> {
  return Object.fromEntries(
    [...(prices ?? [])].map(([size, price]) => [String(size), typedAmount(price, currency)]),
  );
}
