// The cheapest mix of user and device CALs that covers what was really used: ask, watch, read, apply.
import { Field, Select } from '@fluentui/react-components';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../../kit/i18n/use-formats.ts';
import { EmptyState } from '../../../kit/widgets/empty-state.tsx';
import { PageHeader } from '../../page-header.tsx';
import { licensingQuery, type Settings } from '../licensing-api.ts';
import { useMay } from '../my-roles.ts';
import { Card, PageBody } from '../page-body.tsx';
import { QueryState } from '../query-state.tsx';
import { OptionsCard } from './options-card.tsx';
import type { Run } from './run.ts';
import { RunProgress } from './run-progress.tsx';
import { RunResultCards } from './run-result-cards.tsx';

const POLL_MS = 1000;

/** Asked again every second while one of them is at work. */
const runsQuery = queryOptions({
  ...licensingQuery('optimisations', {}),
  refetchInterval: ({ state: { data } }) =>
    data?.optimisations.some(({ state }) => state === 'running') === true ? POLL_MS : false,
});

export default function OptimiserPage() {
  const { t } = useTranslation();
  const settings = useQuery(licensingQuery('settings', {}));
  const runs = useQuery(runsQuery);
  const manages = useMay('manager');
  return (
    <>
      <PageHeader title={t('licenceNav.optimiser')} about={t('licenceTools.optimiser.about')} />
      <PageBody label={t('licenceNav.optimiser')}>
        <QueryState query={settings}>
          {(known) => (
            <>
              {manages && <OptionsCard settings={known} />}
              <QueryState query={runs}>
                {({ optimisations }) => <Runs runs={optimisations} settings={known} />}
              </QueryState>
            </>
          )}
        </QueryState>
      </PageBody>
    </>
  );
}

function Runs({ runs, settings }: { readonly runs: readonly Run[]; readonly settings: Settings }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const [chosen, setChosen] = useState('');
  const run = runs.find(({ optimisationId }) => optimisationId === chosen) ?? runs[0];
  if (run === undefined) {
    return (
      <EmptyState
        title={t('licenceTools.optimiser.emptyTitle')}
        text={t('licenceTools.optimiser.emptyText')}
      />
    );
  }
  return (
    <>
      {runs.length > 1 && (
        <Field label={t('licenceTools.optimiser.runs')} orientation="horizontal">
          <Select value={run.optimisationId} onChange={(_, { value }) => setChosen(value)}>
            {runs.map(({ optimisationId, startedAt, state }) => (
              <option key={optimisationId} value={optimisationId}>
                {formats.full(startedAt)} · {t(`licenceTools.optimiser.states.${state}`)}
              </option>
            ))}
          </Select>
        </Field>
      )}
      {run.state === 'running' && <RunProgress run={run} />}
      {run.state === 'cancelled' && <Ended text={t('licenceTools.optimiser.cancelled')} />}
      {run.state === 'failed' && <Ended text={run.fault ?? t('licenceTools.optimiser.failed')} />}
      {run.state === 'done' && run.result !== null && (
        <RunResultCards key={run.optimisationId} run={run} result={run.result} settings={settings} />
      )}
    </>
  );
}

function Ended({ text }: { readonly text: string }) {
  const { t } = useTranslation();
  return (
    <Card title={t('licenceTools.optimiser.noResult')}>
      <p role="status">{text}</p>
    </Card>
  );
}
