// What can be done with a contact: by right click, by its button, by Shift+F10.
import {
  Menu,
  MenuDivider,
  MenuItem,
  MenuItemRadio,
  MenuList,
  MenuPopover,
  MenuTrigger,
  type PositioningVirtualElement,
} from '@fluentui/react-components';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLive, useLiveClient, useLiveShallow } from '../../kit/live/live-context.tsx';
import { ChatIcon, PeopleIcon, StarFilledIcon, StarIcon, TrashIcon } from '../../kit/widgets/icons.tsx';
import { useNotices } from '../../kit/widgets/notices.tsx';
import { groupNames } from './contact-rows.ts';
import { useOpenChat } from './use-open-chat.ts';

const GroupDialog = lazy(() => import('./group-dialog.tsx'));

interface ContactMenuProps {
  readonly userId: string;
  readonly target: HTMLElement | PositioningVirtualElement;
  readonly close: () => void;
}

export function ContactMenu({ userId, target, close }: ContactMenuProps) {
  const { t } = useTranslation();
  const client = useLiveClient();
  const notices = useNotices();
  const openChat = useOpenChat();
  const contact = useLive(({ live }) => live.contacts[userId]);
  const name = useLive(({ live }) => live.users[userId]?.name) ?? t('people.unknown');
  const groups = useLiveShallow(({ live }) => groupNames(live.contacts));
  const [naming, setNaming] = useState(false);

  if (contact === undefined) return null;

  async function put(change: { group?: string; favourite?: boolean }): Promise<void> {
    if (contact !== undefined) notices.outcome(await client.putContact({ ...contact, ...change }));
  }

  async function remove(): Promise<void> {
    if (contact === undefined || !notices.outcome(await client.removeContact(userId))) return;
    notices.undoable(
      t('people.removed', { name }),
      () => void client.putContact(contact).then(notices.outcome),
    );
  }

  if (naming) {
    return (
      <Suspense>
        <GroupDialog close={close} choose={(group) => void put({ group, favourite: false })} />
      </Suspense>
    );
  }
  return (
    <Menu
      open
      positioning={{ target, position: 'below', align: 'start' }}
      onOpenChange={(_, { open }) => !open && !naming && close()}
    >
      <MenuPopover>
        <MenuList>
          <MenuItem icon={<ChatIcon />} onClick={() => void openChat(userId)}>
            {t('people.sendMessage')}
          </MenuItem>
          <MenuItem
            icon={contact.favourite ? <StarFilledIcon /> : <StarIcon />}
            onClick={() => void put({ favourite: !contact.favourite })}
          >
            {contact.favourite ? t('people.removeFavourite') : t('people.addFavourite')}
          </MenuItem>
          <Menu checkedValues={{ group: [contact.group] }}>
            <MenuTrigger disableButtonEnhancement>
              <MenuItem icon={<PeopleIcon />}>{t('people.moveTo')}</MenuItem>
            </MenuTrigger>
            <MenuPopover>
              <MenuList>
                {['', ...groups].map((group) => (
                  <MenuItemRadio
                    key={group}
                    name="group"
                    value={group}
                    onClick={() => void put({ group, favourite: false })}
                  >
                    {group === '' ? t('people.noGroup') : group}
                  </MenuItemRadio>
                ))}
                <MenuDivider />
                <MenuItem persistOnClick onClick={() => setNaming(true)}>
                  {t('people.newGroup')}
                </MenuItem>
              </MenuList>
            </MenuPopover>
          </Menu>
          <MenuDivider />
          <MenuItem icon={<TrashIcon />} onClick={() => void remove()}>
            {t('people.remove')}
          </MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
