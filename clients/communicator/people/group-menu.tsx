// What can be done with a group of contacts: by right click on its heading, by its button, by Shift+F10.
import {
  Menu,
  MenuDivider,
  MenuItem,
  MenuList,
  MenuPopover,
  type PositioningVirtualElement,
} from '@fluentui/react-components';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLive, useLiveClient } from '../../kit/live/live-context.tsx';
import { CheckIcon, EditIcon, TrashIcon } from '../../kit/widgets/icons.tsx';
import { useNotices } from '../../kit/widgets/notices.tsx';
import { selectOnly } from '../groups/selection.ts';

const GroupDialog = lazy(() => import('./group-dialog.tsx'));

interface GroupMenuProps {
  readonly groupId: string;
  readonly target: HTMLElement | PositioningVirtualElement;
  readonly close: () => void;
}

export function GroupMenu({ groupId, target, close }: GroupMenuProps) {
  const { t } = useTranslation();
  const client = useLiveClient();
  const notices = useNotices();
  const groups = useLive(({ live }) => live.book.groups);
  const contacts = useLive(({ live }) => live.contacts);
  const [renames, setRenames] = useState(false);
  const place = groups.findIndex((group) => group.groupId === groupId);
  const group = groups[place];
  if (group === undefined) return null;
  const members = Object.values(contacts).filter(({ groupIds }) => groupIds.includes(groupId));

  async function move(by: -1 | 1): Promise<void> {
    const groupIds = groups.map((one) => one.groupId).filter((id) => id !== groupId);
    groupIds.splice(place + by, 0, groupId);
    notices.outcome(await client.contacts.changeGroups({ kind: 'order', groupIds }));
  }

  async function remove(people: 'keep' | 'remove'): Promise<void> {
    const outcome = await client.contacts.changeGroups({ kind: 'delete', groupId, people });
    if (!outcome.ok) return notices.fault(outcome.fault);
    const { undoId } = outcome.value;
    if (undoId === undefined) return;
    notices.undoable(
      t('contacts.groupDeleted', { name: group?.name ?? '' }),
      () => void client.contacts.undo([undoId]).then(notices.outcome),
    );
  }

  if (renames)
    return (
      <Suspense>
        <GroupDialog group={group} close={close} />
      </Suspense>
    );
  return (
    <Menu
      open
      positioning={{ target, position: 'below', align: 'start' }}
      onOpenChange={(_, { open }) => !open && !renames && close()}
    >
      <MenuPopover>
        <MenuList>
          <MenuItem
            icon={<CheckIcon />}
            disabled={members.length === 0}
            onClick={() => selectOnly(members.map(({ contactId }) => contactId))}
          >
            {t('contacts.selectAll')}
          </MenuItem>
          <MenuItem icon={<EditIcon />} persistOnClick onClick={() => setRenames(true)}>
            {t('contacts.renameGroup')}
          </MenuItem>
          <MenuItem disabled={place === 0} onClick={() => void move(-1)}>
            {t('contacts.moveUp')}
          </MenuItem>
          <MenuItem disabled={place === groups.length - 1} onClick={() => void move(1)}>
            {t('contacts.moveDown')}
          </MenuItem>
          <MenuDivider />
          <MenuItem icon={<TrashIcon />} onClick={() => void remove('keep')}>
            {t(members.length === 0 ? 'contacts.deleteGroup' : 'contacts.deleteKeep')}
          </MenuItem>
          {members.length > 0 && (
            <MenuItem icon={<TrashIcon />} onClick={() => void remove('remove')}>
              {t('contacts.deleteWithPeople')}
            </MenuItem>
          )}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
