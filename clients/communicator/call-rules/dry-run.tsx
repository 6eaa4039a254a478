// What would happen if somebody called, now or at another moment: drawn, and explained step by step.
import { Button, Field, Input, Select } from '@fluentui/react-components';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CallFlow } from '../../kit/call-rules/call-flow.tsx';
import { flowOfPlan } from '../../kit/call-rules/flow.ts';
import { PlanSteps } from '../../kit/call-rules/plan-steps.tsx';
import type { CallPlan } from '../../kit/contracts.ts';
import type { Fault } from '../../kit/fault.ts';
import { useLiveClient } from '../../kit/live/live-context.tsx';
import { FaultNotice } from '../../kit/widgets/fault-notice.tsx';
import styles from './call-rules.module.css';
import { NumberBox } from './number-box.tsx';
import { PersonBox } from './person-box.tsx';
import type { Owner } from './target-field.tsx';

type Who = 'anybody' | 'person' | 'number';

export function DryRun({ owner }: { readonly owner: Owner }) {
  const { t } = useTranslation();
  const client = useLiveClient();
  const [who, setWho] = useState<Who>('anybody');
  const [userId, setUserId] = useState('');
  const [address, setAddress] = useState('');
  const [isNow, setNow] = useState(true);
  const [moment, setMoment] = useState(() => localMoment(new Date()));
  const [made, setMade] = useState<CallPlan | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  const at = new Date(moment).getTime();

  async function show(): Promise<void> {
    const outcome = await client.command('callRules.plan', {
      caller:
        who === 'person' && userId !== ''
          ? { userId, address: '' }
          : { address: who === 'number' ? address : '' },
      ...(isNow || Number.isNaN(at) ? {} : { at }),
    });
    setFault(outcome.ok ? null : outcome.fault);
    if (outcome.ok) setMade(outcome.value);
  }

  return (
    <div className={styles.part}>
      <form
        className={styles.asking}
        onSubmit={(event) => {
          event.preventDefault();
          void show();
        }}
      >
        <Field label={t('callRules.dryRun.who')}>
          <Select value={who} onChange={(_, { value }) => setWho(value as Who)}>
            <option value="anybody">{t('callRules.dryRun.anybody')}</option>
            <option value="person">{t('callRules.dryRun.person')}</option>
            <option value="number">{t('callRules.dryRun.number')}</option>
          </Select>
        </Field>
        {who === 'person' && (
          <PersonBox
            label={t('callRules.fields.person')}
            name={userId === '' ? '' : owner.nameOf(userId)}
            choose={setUserId}
          />
        )}
        {who === 'number' && (
          <NumberBox label={t('callRules.fields.number')} number={address} take={setAddress} />
        )}
        <Field label={t('callRules.dryRun.when')}>
          <Select value={isNow ? 'now' : 'other'} onChange={(_, { value }) => setNow(value === 'now')}>
            <option value="now">{t('callRules.dryRun.now')}</option>
            <option value="other">{t('callRules.dryRun.other')}</option>
          </Select>
        </Field>
        {!isNow && (
          <Field label={t('callRules.dryRun.moment')}>
            <Input
              className={styles.box}
              type="datetime-local"
              required
              value={moment}
              onChange={(_, { value }) => setMoment(value)}
            />
          </Field>
        )}
        <div>
          <Button type="submit">{t('callRules.dryRun.show')}</Button>
        </div>
      </form>
      {fault !== null && <FaultNotice fault={fault} />}
      <div role="status" className={styles.part}>
        {made !== null && (
          <>
            <CallFlow
              label={t('callRules.dryRun.result')}
              rows={flowOfPlan(made)}
              ownerId={owner.ownerId}
              nameOf={owner.nameOf}
            />
            <PlanSteps steps={made.steps} />
          </>
        )}
      </div>
    </div>
  );
}

/** As an input of type `datetime-local` wants it: by this browser's clock, to the minute. */
function localMoment(date: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}
