// The plus beside a conversation: more people for it.
import { Button, Tooltip } from '@fluentui/react-components';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Conversation } from '../../kit/contracts.ts';
import { useLive } from '../../kit/live/live-context.tsx';
import { PersonAddIcon } from '../../kit/widgets/icons.tsx';

const PickPeopleDialog = lazy(() => import('./pick-people-dialog.tsx'));

export function AddPeopleButton({ conversation }: { readonly conversation: Conversation }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const isNew = conversation.isGroup !== true && conversation.participantIds.length < 3;
  const allowed = useLive(({ live }) => !live.keepsNothing && (!isNew || live.policy?.startGroups !== false));
  if (!allowed) return null;
  return (
    <>
      <Tooltip content={t('groups.addPeople')} relationship="label">
        <Button appearance="subtle" icon={<PersonAddIcon />} onClick={() => setOpen(true)} />
      </Tooltip>
      <Suspense>
        {open && <PickPeopleDialog conversation={conversation} close={() => setOpen(false)} />}
      </Suspense>
    </>
  );
}
