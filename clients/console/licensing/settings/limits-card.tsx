// Tolerance, grace, window, clock, profile of the rules, and whom a refused person may ask.
import { Button, Field, Input, Radio, RadioGroup, Select } from '@fluentui/react-components';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Fault } from '../../../kit/fault.ts';
import { FaultNotice } from '../../../kit/widgets/fault-notice.tsx';
import { useNotices } from '../../../kit/widgets/notices.tsx';
import parts from '../../parts.module.css';
import { type Settings, useAct } from '../licensing-api.ts';
import { useMay } from '../my-roles.ts';
import { Card } from '../page-body.tsx';

const NUMBERS = {
  tolerancePct: { min: 0, max: 100 },
  minExtra: { min: 0, max: 100_000_000 },
  graceDays: { min: 0, max: 365 },
  windowDays: { min: 1, max: 400 },
} as const;
type NumberName = keyof typeof NUMBERS;
const NUMBER_NAMES = Object.keys(NUMBERS) as NumberName[];

export function LimitsCard({ settings }: { readonly settings: Settings }) {
  const { t } = useTranslation();
  const act = useAct();
  const notices = useNotices();
  const manages = useMay('manager');
  const [typed, setTyped] = useState<Readonly<Record<NumberName, string>>>(() => ({
    tolerancePct: String(settings.tolerancePct),
    minExtra: String(settings.minExtra),
    graceDays: String(settings.graceDays),
    windowDays: String(settings.windowDays),
  }));
  const [profile, setProfile] = useState(settings.profile);
  const [clock, setClock] = useState(settings.clock);
  const [contact, setContact] = useState(settings.contact);
  const [fault, setFault] = useState<Fault | null>(null);
  const wrong = NUMBER_NAMES.filter((name) => !isWithin(name, typed[name]));
  const now = { profile, clock, contact, ...numbersOf(typed) };
  const changes = Object.fromEntries(
    Object.entries(now).filter(([name, value]) => settings[name as keyof typeof now] !== value),
  ) as Partial<Settings>;
  const changed = Object.keys(changes).length > 0;

  async function save(): Promise<void> {
    const outcome = await act('settings-change', changes);
    setFault(outcome.ok ? null : outcome.fault);
    if (outcome.ok) notices.done(t('users.saved'));
  }

  return (
    <Card title={t('licences.settings.limits')}>
      <form
        className="parley-form"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        {fault !== null && <FaultNotice fault={fault} />}
        <div className={parts.form}>
          {NUMBER_NAMES.map((name) => (
            <Field
              key={name}
              label={t(`licences.settings.${name}`)}
              hint={t(`licences.settings.${name}Hint`)}
              {...(wrong.includes(name)
                ? { validationMessage: t('licences.settings.between', NUMBERS[name]) }
                : {})}
            >
              <Input
                type="number"
                {...NUMBERS[name]}
                step={1}
                disabled={!manages}
                value={typed[name]}
                onChange={(_, { value }) => setTyped({ ...typed, [name]: value })}
              />
            </Field>
          ))}
          <Field label={t('licences.settings.clock')} hint={t('licences.settings.clockHint')}>
            <Select
              value={clock}
              disabled={!manages}
              onChange={(_, { value }) => setClock(value as Settings['clock'])}
            >
              <option value="assignment">{t('licences.settings.clocks.assignment')}</option>
              <option value="reassignment">{t('licences.settings.clocks.reassignment')}</option>
            </Select>
          </Field>
          <Field label={t('licences.settings.profile')} className={parts.wide}>
            <RadioGroup
              value={profile}
              disabled={!manages}
              onChange={(_, { value }) => setProfile(value as Settings['profile'])}
            >
              <Radio value="printed" label={t('licences.settings.printed')} />
              <Radio value="corrected" label={t('licences.settings.corrected')} />
            </RadioGroup>
          </Field>
          <Field
            label={t('licences.settings.contact')}
            hint={t('licences.settings.contactHint')}
            className={parts.wide}
          >
            <Input
              maxLength={500}
              disabled={!manages}
              value={contact}
              onChange={(_, { value }) => setContact(value)}
            />
          </Field>
        </div>
        {manages && (
          <div className={parts.buttons}>
            <Button type="submit" appearance="primary" disabledFocusable={!changed || wrong.length > 0}>
              {t('actions.save')}
            </Button>
          </div>
        )}
      </form>
    </Card>
  );
}

function isWithin(name: NumberName, typed: string): boolean {
  const { min, max } = NUMBERS[name];
  return /^\d{1,9}$/.test(typed) && Number(typed) >= min && Number(typed) <= max;
}

function numbersOf(typed: Readonly<Record<NumberName, string>>): Record<NumberName, number> {
  return {
    tolerancePct: Number(typed.tolerancePct),
    minExtra: Number(typed.minExtra),
    graceDays: Number(typed.graceDays),
    windowDays: Number(typed.windowDays),
  };
}
