// A run at work: how far it is, and a way to stop it.
import { Button, Field, ProgressBar } from '@fluentui/react-components';
import { useTranslation } from 'react-i18next';
import { useNotices } from '../../../kit/widgets/notices.tsx';
import parts from '../../parts.module.css';
import { useAct } from '../licensing-api.ts';
import { useMay } from '../my-roles.ts';
import { Card } from '../page-body.tsx';
import type { Run } from './run.ts';

export function RunProgress({ run }: { readonly run: Run }) {
  const { t } = useTranslation();
  const act = useAct();
  const notices = useNotices();
  const manages = useMay('manager');

  async function cancel(): Promise<void> {
    notices.outcome(await act('optimise-cancel', { optimisationId: run.optimisationId }));
  }

  return (
    <Card title={t('licenceTools.optimiser.states.running')}>
      <Field validationState="none" label={t('licenceTools.optimiser.progress')}>
        <ProgressBar value={run.progress} thickness="large" />
      </Field>
      {manages && (
        <div className={parts.buttons}>
          <Button onClick={() => void cancel()}>{t('licenceTools.optimiser.cancel')}</Button>
        </div>
      )}
    </Card>
  );
}
