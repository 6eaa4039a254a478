// Settings of one's calls: the rules that the server keeps, what they make of a call, and why.
import { Button, Field, Select, Spinner, Switch } from '@fluentui/react-components';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CallFlow } from '../../kit/call-rules/call-flow.tsx';
import { flowOfRules } from '../../kit/call-rules/flow.ts';
import { useLive } from '../../kit/live/live-context.tsx';
import { FaultNotice } from '../../kit/widgets/fault-notice.tsx';
import { RetryIcon } from '../../kit/widgets/icons.tsx';
import VoicemailForm from '../voicemail/voicemail-form.tsx';
import { BlockedField } from './blocked-field.tsx';
import styles from './call-rules.module.css';
import { DryRun } from './dry-run.tsx';
import { Presets } from './presets.tsx';
import { RingAlsoField } from './ring-also-field.tsx';
import { type Owner, TargetField } from './target-field.tsx';
import { useCallRules } from './use-call-rules.ts';

const AFTER_S = [5, 10, 15, 20, 25, 30, 40, 50, 60];

export default function CallsTab() {
  const { t } = useTranslation();
  const { own, fault, told, change, undo } = useCallRules();
  const ownerId = useLive(({ live }) => live.me?.userId ?? '');
  const users = useLive(({ live }) => live.users);
  const hasHours = useLive(({ live }) => live.presence[ownerId]?.workingHours !== undefined);
  const mobile = useLive(({ live }) => live.cards[ownerId]?.mobile ?? '');
  const [asked, setAsked] = useState<'forwardAll' | 'ringAlso' | null>(null);

  if (own === null)
    return fault === null ? <Spinner label={t('callRules.loading')} /> : <FaultNotice fault={fault} />;
  const { rules, allowances } = own;
  const owner: Owner = {
    ownerId,
    allowances,
    nameOf: (userId) => users[userId]?.name ?? t('people.unknown'),
  };
  const { afterS } = rules.unanswered;
  return (
    <div className={styles.page}>
      <p className={styles.hint}>{t('callRules.about')}</p>
      {fault !== null && <FaultNotice fault={fault} />}
      <Presets
        rules={rules}
        allowances={allowances}
        mobile={mobile}
        change={(changes) => {
          setAsked(null);
          change(changes);
        }}
        ask={setAsked}
      />
      {asked !== null && <p role="status">{t('callRules.presets.noMobile')}</p>}
      <Part title={t('callRules.flow.title')}>
        <CallFlow
          label={t('callRules.flow.title')}
          rows={flowOfRules(rules, ownerId, allowances)}
          ownerId={ownerId}
          nameOf={owner.nameOf}
        />
        <div className={styles.undo}>
          <Button
            size="small"
            icon={<RetryIcon size={16} />}
            disabledFocusable={undo === null}
            onClick={() => undo?.()}
          >
            {t('callRules.undo')}
          </Button>
          <span role="status" className={styles.hint}>
            {told !== null && t(`callRules.${told}`)}
          </span>
        </div>
      </Part>
      <Part title={t('callRules.rules')}>
        <TargetField
          label={t('callRules.fields.forwardAll')}
          none={t('callRules.to.ring')}
          target={rules.forwardAll}
          owner={owner}
          change={(forwardAll) => change({ forwardAll })}
          asksNumber={asked === 'forwardAll'}
        />
        <div className={styles.pair}>
          <TargetField
            label={t('callRules.fields.unanswered')}
            none={t('callRules.to.tellUnanswered')}
            target={rules.unanswered.to}
            owner={owner}
            change={(to) => change({ unanswered: { afterS, to } })}
          />
          <Field label={t('callRules.fields.afterS')}>
            <Select
              value={afterS}
              onChange={(_, { value }) =>
                change({ unanswered: { ...rules.unanswered, afterS: Number(value) } })
              }
            >
              {[...new Set([...AFTER_S, afterS])]
                .sort((one, other) => one - other)
                .map((seconds) => (
                  <option key={seconds} value={seconds}>
                    {t('callRules.fields.seconds', { count: seconds })}
                  </option>
                ))}
            </Select>
          </Field>
        </div>
        <TargetField
          label={t('callRules.fields.busy')}
          none={t('callRules.to.tellBusy')}
          target={rules.busy}
          owner={owner}
          change={(busy) => change({ busy })}
        />
        <TargetField
          label={t('callRules.fields.doNotDisturb')}
          none={t('callRules.to.ringAnyway')}
          target={rules.doNotDisturb}
          owner={owner}
          change={(doNotDisturb) => change({ doNotDisturb })}
        />
        <Field {...(rules.onlyInWorkingHours && !hasHours ? { hint: t('callRules.fields.noHours') } : {})}>
          <Switch
            className={styles.switch}
            label={t('callRules.fields.onlyInWorkingHours')}
            checked={rules.onlyInWorkingHours}
            onChange={(_, { checked }) => change({ onlyInWorkingHours: checked })}
          />
        </Field>
        {rules.onlyInWorkingHours && (
          <TargetField
            label={t('callRules.fields.outsideHours')}
            none={t('callRules.to.rest')}
            target={rules.outsideHours}
            owner={owner}
            change={(outsideHours) => change({ outsideHours })}
          />
        )}
      </Part>
      <Part title={t('voicemail.title')}>
        <VoicemailForm />
      </Part>
      <Part title={t('callRules.ringAlso.title')}>
        <RingAlsoField
          rules={rules}
          owner={owner}
          change={(ringAlso) => {
            setAsked(null);
            change({ ringAlso });
          }}
          asksNumber={asked === 'ringAlso'}
        />
      </Part>
      <Part title={t('callRules.blocked.title')}>
        <BlockedField blocked={rules.blocked} change={(blocked) => change({ blocked })} />
      </Part>
      <Part title={t('callRules.dryRun.title')}>
        <DryRun owner={owner} />
      </Part>
    </div>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className={styles.part} aria-label={title}>
      <h3 className={styles.heading}>{title}</h3>
      {children}
    </section>
  );
}
