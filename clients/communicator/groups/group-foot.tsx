// Below the lists: a new group, of the people who are selected or of nobody yet.
import { Button } from '@fluentui/react-components';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLive } from '../../kit/live/live-context.tsx';
import { CloseIcon, PlusIcon } from '../../kit/widgets/icons.tsx';
import { isElsewhere } from '../people/contact-rows.ts';
import { SelectionMenu } from '../people/selection-menu.tsx';
import styles from './group-foot.module.css';
import { clearSelection, useSelection } from './selection.ts';

const PickPeopleDialog = lazy(() => import('./pick-people-dialog.tsx'));

export function GroupFoot() {
  const { t } = useTranslation();
  const selected = useSelection();
  const allowed = useLive(
    ({ ready, live }) => ready && !live.keepsNothing && live.policy?.startGroups !== false,
  );
  const [open, setOpen] = useState(false);

  // What was selected by one person is not another's.
  useEffect(() => clearSelection, []);

  if (!allowed) return null;
  return (
    <div className={styles.foot}>
      {selected.length > 0 && (
        <span className={styles.count} role="status">
          {t('groups.selected', { count: selected.length })}
        </span>
      )}
      <Button
        className={styles.start}
        size="small"
        appearance={selected.length > 0 ? 'primary' : 'subtle'}
        icon={<PlusIcon size={16} />}
        onClick={() => setOpen(true)}
      >
        {t('groups.new')}
      </Button>
      {selected.length > 0 && <SelectionMenu />}
      {selected.length > 0 && (
        <Button
          size="small"
          appearance="subtle"
          icon={<CloseIcon size={16} />}
          aria-label={t('groups.clear')}
          onClick={clearSelection}
        />
      )}
      <Suspense>
        {open && (
          <PickPeopleDialog
            initial={selected.filter((userId) => !isElsewhere(userId))}
            close={() => {
              setOpen(false);
              clearSelection();
            }}
          />
        )}
      </Suspense>
    </div>
  );
}
