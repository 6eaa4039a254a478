// A person's call rules, read only: what they make of a call, drawn and explained, for any caller.
import { Button, Field, Input, Spinner } from '@fluentui/react-components';
import type { CallPlan, OwnRules } from '@parley/services/call-routing/contract';
import { peopleNamedIn } from '@parley/services/call-routing/rules/people';
import { queryOptions, useQueries, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CallFlow } from '../../kit/call-rules/call-flow.tsx';
import { flowOfPlan, flowOfRules } from '../../kit/call-rules/flow.ts';
import { PlanSteps } from '../../kit/call-rules/plan-steps.tsx';
import { request } from '../../kit/http/request.ts';
import { FaultNotice } from '../../kit/widgets/fault-notice.tsx';
import { QueryFault, userQuery } from '../admin-api.ts';
import parts from '../parts.module.css';

function callRulesQuery(userId: string, caller: string) {
  return queryOptions({
    queryKey: ['call-rules', userId, caller],
    queryFn: async () => {
      const path = `/admin/call-rules/${encodeURIComponent(userId)}?caller=${encodeURIComponent(caller)}`;
      const outcome = await request<{ readonly own: OwnRules; readonly plan: CallPlan }>('GET', path);
      if (!outcome.ok) throw new QueryFault(outcome.fault);
      return outcome.value;
    },
    placeholderData: (before) => before,
  });
}

export default function CallRulesTab({ userId }: { readonly userId: string }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const [caller, setCaller] = useState('');
  const { data, error, isPending } = useQuery(callRulesQuery(userId, caller));
  const named = data === undefined ? [] : peopleNamedIn(data.own.rules);
  const names = useQueries({ queries: named.map((each) => userQuery(each)) });
  const nameOf = (each: string) => names[named.indexOf(each)]?.data?.name ?? '…';

  return (
    <div className={parts.stack}>
      <p className={parts.hint}>{t('callRules.admin.text')}</p>
      {isPending && <Spinner aria-label={t('callRules.admin.loading')} />}
      {error !== null && <FaultNotice fault={error.fault} />}
      {data !== undefined && (
        <>
          <section className={parts.card} aria-label={t('callRules.flow.title')}>
            <h2 className={parts.heading}>{t('callRules.flow.title')}</h2>
            <CallFlow
              label={t('callRules.flow.title')}
              rows={flowOfRules(data.own.rules, userId, data.own.allowances)}
              ownerId={userId}
              nameOf={nameOf}
            />
          </section>
          <section className={parts.card} aria-label={t('callRules.admin.now')}>
            <h2 className={parts.heading}>{t('callRules.admin.now')}</h2>
            <form
              className="parley-form"
              onSubmit={(event) => {
                event.preventDefault();
                setCaller(typed.trim());
              }}
            >
              <Field label={t('callRules.admin.caller')}>
                <Input
                  dir="ltr"
                  value={typed}
                  maxLength={300}
                  contentAfter={
                    <Button type="submit" size="small" appearance="transparent">
                      {t('callRules.admin.show')}
                    </Button>
                  }
                  onChange={(_, { value }) => setTyped(value)}
                />
              </Field>
            </form>
            <CallFlow
              label={t('callRules.dryRun.result')}
              rows={flowOfPlan(data.plan)}
              ownerId={userId}
              nameOf={nameOf}
            />
            <PlanSteps steps={data.plan.steps} />
          </section>
        </>
      )}
    </div>
  );
}
