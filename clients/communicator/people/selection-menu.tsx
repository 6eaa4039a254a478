// What can be done with all who are selected in the contact list, beside starting a group with them.
import {
  Button,
  Menu,
  MenuDivider,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
} from '@fluentui/react-components';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLive, useLiveClient } from '../../kit/live/live-context.tsx';
import { MoreIcon, PeopleIcon, StarIcon, TrashIcon } from '../../kit/widgets/icons.tsx';
import { useNotices } from '../../kit/widgets/notices.tsx';
import { clearSelection, useSelection } from '../groups/selection.ts';
import { useRemove } from './use-remove.ts';

const GroupDialog = lazy(() => import('./group-dialog.tsx'));

export function SelectionMenu() {
  const { t } = useTranslation();
  const client = useLiveClient();
  const notices = useNotices();
  const remove = useRemove();
  const selected = useSelection();
  const groups = useLive(({ live }) => live.book.groups);
  const [makesGroup, setMakesGroup] = useState(false);

  async function put(change: { favourite: true } | { addTo: string[] }): Promise<void> {
    if (notices.outcome(await client.contacts.put(selected, change))) clearSelection();
  }

  return (
    <>
      <Menu>
        <MenuTrigger disableButtonEnhancement>
          <Button
            size="small"
            appearance="subtle"
            icon={<MoreIcon size={16} />}
            aria-label={t('contacts.withSelected')}
          />
        </MenuTrigger>
        <MenuPopover>
          <MenuList>
            <MenuItem icon={<StarIcon />} onClick={() => void put({ favourite: true })}>
              {t('people.addFavourite')}
            </MenuItem>
            <Menu>
              <MenuTrigger disableButtonEnhancement>
                <MenuItem icon={<PeopleIcon />}>{t('contacts.addToGroup')}</MenuItem>
              </MenuTrigger>
              <MenuPopover>
                <MenuList>
                  {groups.map(({ groupId, name }) => (
                    <MenuItem key={groupId} onClick={() => void put({ addTo: [groupId] })}>
                      {name}
                    </MenuItem>
                  ))}
                  {groups.length > 0 && <MenuDivider />}
                  <MenuItem onClick={() => setMakesGroup(true)}>{t('people.newGroup')}</MenuItem>
                </MenuList>
              </MenuPopover>
            </Menu>
            <MenuDivider />
            <MenuItem
              icon={<TrashIcon />}
              onClick={() => {
                void remove(selected);
                clearSelection();
              }}
            >
              {t('people.remove')}
            </MenuItem>
          </MenuList>
        </MenuPopover>
      </Menu>
      <Suspense>
        {makesGroup && (
          <GroupDialog
            contactIds={selected}
            close={() => {
              setMakesGroup(false);
              clearSelection();
            }}
          />
        )}
      </Suspense>
    </>
  );
}
