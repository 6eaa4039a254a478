// One operating system environment: its roles, whether it needs a licence, and which roles ask for it.
import { Button } from '@fluentui/react-components';
import { useTranslation } from 'react-i18next';
import { useNotices } from '../../../kit/widgets/notices.tsx';
import parts from '../../parts.module.css';
import { Badge } from '../badge.tsx';
import { useAct } from '../licensing-api.ts';
import { useMay } from '../my-roles.ts';
import { ReasonButton } from '../reason-button.tsx';
import { roleName } from './role-name.ts';
import type { PlacedServer } from './server-map.ts';
import styles from './servers.module.css';

interface ServerCardProps {
  readonly placed: PlacedServer;
  readonly change: () => void;
}

export function ServerCard({ placed: { ose, licence }, change }: ServerCardProps) {
  const { t } = useTranslation();
  const act = useAct();
  const notices = useNotices();
  const manages = useMay('manager');
  const { oseId, edition, roles, running } = ose;
  const asking = licence?.because ?? [];

  async function remove(reason: string): Promise<void> {
    notices.outcome(await act('ose-remove', { oseId, reason }));
  }

  return (
    <li className={styles.server} data-licensed={licence?.licensed === true}>
      <div className={styles.serverHead}>
        <h3 className={parts.strong}>
          <bdi>{oseId}</bdi>
        </h3>
        <span className={parts.badges}>
          {running && <Badge tone="good">{t('licenceTools.servers.running')}</Badge>}
          <Badge>{t(`licenceTools.servers.editions.${edition}`)}</Badge>
        </span>
      </div>
      <ul className={styles.roles} aria-label={t('licenceTools.servers.roles')}>
        {roles.map((role) => (
          <li key={role} className={styles.role} data-asks={asking.includes(role)} lang="en">
            {roleName(role)}
          </li>
        ))}
      </ul>
      <p className={parts.hint}>
        {licence?.licensed === true
          ? t('licenceTools.servers.needsLicence', { roles: asking.map(roleName).join(', ') })
          : t('licenceTools.servers.needsNone')}
        {licence !== undefined && licence.rules.length > 0 && ` (${licence.rules.join(', ')})`}
      </p>
      {manages && (
        <div className={parts.buttons}>
          <Button size="small" aria-label={t('licences.changeNamed', { name: oseId })} onClick={change}>
            {t('licences.change')}
          </Button>
          <ReasonButton
            action={t('licences.remove')}
            label={t('licences.removeNamed', { name: oseId })}
            title={t('licences.removeTitle', { name: oseId })}
            text={t('licenceTools.servers.removeText')}
            confirm={(reason) => void remove(reason)}
          />
        </div>
      )}
    </li>
  );
}
