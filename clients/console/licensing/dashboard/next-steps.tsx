// For a newcomer: what to do first, second and third. It goes away when all is done.
import { Button } from '@fluentui/react-components';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { CheckIcon } from '../../../kit/widgets/icons.tsx';
import parts from '../../parts.module.css';
import type { Position } from '../licensing-api.ts';
import { useMay } from '../my-roles.ts';
import { Card } from '../page-body.tsx';
import styles from './dashboard.module.css';

export function NextSteps({ position }: { readonly position: Position }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const manages = useMay('manager');
  const owned = position.lines.some((line) => line.owned > 0);
  const assigned = position.lines.some((line) => line.assigned > 0);
  const covered = owned && position.unlicensed.users + position.unlicensed.devices === 0;
  const steps = [
    { name: 'own', done: owned, to: '/licensing/stock' },
    { name: 'assign', done: assigned, to: '/licensing/assignments' },
    { name: 'cover', done: covered, to: '/licensing/evidence' },
  ] as const;
  if (!manages || (owned && assigned)) return null;
  return (
    <Card title={t('licences.steps.title')} hint={t('licences.steps.hint')}>
      <ol className={styles.steps}>
        {steps.map(({ name, done, to }, index) => (
          <li key={name} className={styles.step} data-done={done}>
            <span className={styles.mark} aria-hidden="true">
              {done ? <CheckIcon size={14} /> : index + 1}
            </span>
            <span className={parts.itemText}>
              <span className={styles.stepTitle}>
                {t(`licences.steps.${name}.title`)}
                {done && <span className="parley-hidden"> ({t('licences.steps.done')})</span>}
              </span>
              <span className={parts.small}>{t(`licences.steps.${name}.text`)}</span>
            </span>
            {!done && (
              <Button
                appearance={steps.find((step) => !step.done)?.name === name ? 'primary' : 'secondary'}
                onClick={() => void navigate({ to })}
              >
                {t(`licences.steps.${name}.action`)}
              </Button>
            )}
          </li>
        ))}
      </ol>
    </Card>
  );
}
