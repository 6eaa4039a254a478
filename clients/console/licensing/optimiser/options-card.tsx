// What the optimiser is asked: which CALs, at which prices, over how many days, with or without what is owned.
import { Button, Checkbox, Field, Input, Select } from '@fluentui/react-components';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Fault } from '../../../kit/fault.ts';
import { FaultNotice } from '../../../kit/widgets/fault-notice.tsx';
import parts from '../../parts.module.css';
import { minorUnits, typedAmount } from '../licence-formats.ts';
import { type Settings, useAct } from '../licensing-api.ts';
import { Card } from '../page-body.tsx';
import styles from './optimiser.module.css';
import { type CalKind, type CalMetric, KINDS, kindsAsked, knownPrice, type Level, METRICS } from './run.ts';

const LEVELS = ['joint', 'standard', 'enterprise'] as const;
type PriceKey = `${CalMetric} ${CalKind}`;

export function OptionsCard({ settings }: { readonly settings: Settings }) {
  const { t } = useTranslation();
  const act = useAct();
  const { currency } = settings;
  const [level, setLevel] = useState<Level>('joint');
  const [windowDays, setWindowDays] = useState(String(settings.windowDays));
  const [useStock, setUseStock] = useState(true);
  const [packs, setPacks] = useState(settings.prices.some(({ packSize }) => packSize > 1));
  const [typed, setTyped] = useState(() => firstPrices(settings));
  const [fault, setFault] = useState<Fault | null>(null);
  const [busy, setBusy] = useState(false);
  const kinds = kindsAsked(level);
  const days = /^\d{1,3}$/.test(windowDays) ? Number(windowDays) : 0;
  const daysWrong = days < 1 || days > 400;
  const price = (metric: CalMetric, kind: CalKind) => minorUnits(typed[`${metric} ${kind}`], currency);
  const complete = METRICS.every((metric) => kinds.every((kind) => price(metric, kind) !== null));

  async function start(): Promise<void> {
    setBusy(true);
    const of = (metric: CalMetric) => ({
      standard: price(metric, 'standard') ?? 0,
      enterprise: price(metric, 'enterprise') ?? 0,
    });
    const outcome = await act('optimise-start', {
      windowDays: days,
      level,
      prices: { user: of('user'), device: of('device') },
      useStock,
      packs,
    });
    setBusy(false);
    setFault(outcome.ok ? null : outcome.fault);
  }

  return (
    <Card title={t('licenceTools.optimiser.options')} hint={t('licenceTools.optimiser.optionsHint')}>
      <form
        className="parley-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (complete && !daysWrong && !busy) void start();
        }}
      >
        {fault !== null && <FaultNotice fault={fault} />}
        <div className={parts.form}>
          <Field label={t('licenceTools.optimiser.level')} className={styles.level}>
            <Select value={level} onChange={(_, { value }) => setLevel(value as Level)}>
              {LEVELS.map((each) => (
                <option key={each} value={each}>
                  {t(`licenceTools.optimiser.levels.${each}`)}
                </option>
              ))}
            </Select>
          </Field>
          <Field
            label={t('licenceTools.optimiser.window')}
            {...(daysWrong ? { validationMessage: t('licenceTools.optimiser.badWindow') } : {})}
          >
            <Input
              inputMode="numeric"
              maxLength={3}
              value={windowDays}
              onChange={(_, { value }) => setWindowDays(value)}
            />
          </Field>
          {kinds.map((kind) =>
            METRICS.map((metric) => {
              const key: PriceKey = `${metric} ${kind}`;
              const wrong = typed[key].trim() !== '' && minorUnits(typed[key], currency) === null;
              return (
                <Field
                  key={key}
                  label={t(`licenceTools.optimiser.prices.${metric}.${kind}`, { currency })}
                  required
                  {...(wrong ? { validationMessage: t('licences.stock.badPrice') } : {})}
                >
                  <Input
                    inputMode="decimal"
                    maxLength={20}
                    value={typed[key]}
                    onChange={(_, { value }) => setTyped({ ...typed, [key]: value })}
                  />
                </Field>
              );
            }),
          )}
        </div>
        <div>
          <Checkbox
            label={t('licenceTools.optimiser.useStock')}
            checked={useStock}
            onChange={(_, { checked }) => setUseStock(checked === true)}
          />
          <Checkbox
            label={t('licenceTools.optimiser.packs')}
            checked={packs}
            onChange={(_, { checked }) => setPacks(checked === true)}
          />
        </div>
        <div className={`${parts.buttons} ${styles.start}`}>
          <Button type="submit" appearance="primary" disabledFocusable={!complete || daysWrong || busy}>
            {t('licenceTools.optimiser.start')}
          </Button>
          {!complete && <p className={parts.hint}>{t('licenceTools.optimiser.needsPrices')}</p>}
        </div>
      </form>
    </Card>
  );
}

function firstPrices(settings: Settings): Record<PriceKey, string> {
  const typed = {} as Record<PriceKey, string>;
  for (const metric of METRICS) {
    for (const kind of KINDS) {
      const known = knownPrice(settings, kind, metric);
      typed[`${metric} ${kind}`] = known === undefined ? '' : typedAmount(known, settings.currency);
    }
  }
  return typed;
}
