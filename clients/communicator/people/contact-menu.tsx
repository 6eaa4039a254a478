// What can be done with a contact: by right click, by its button, by Shift+F10.
import {
  Menu,
  MenuDivider,
  MenuItem,
  MenuItemCheckbox,
  MenuItemRadio,
  MenuList,
  MenuPopover,
  MenuTrigger,
  type PositioningVirtualElement,
} from '@fluentui/react-components';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLive, useLiveClient, useLiveShallow } from '../../kit/live/live-context.tsx';
import {
  CardIcon,
  ChatIcon,
  PeopleIcon,
  PersonAddIcon,
  StarFilledIcon,
  StarIcon,
  TrashIcon,
} from '../../kit/widgets/icons.tsx';
import { useNotices } from '../../kit/widgets/notices.tsx';
import { toggleSelected, useSelection } from '../groups/selection.ts';
import { LevelMenu } from '../levels/level-menu.tsx';
import { groupNames } from './contact-rows.ts';
import { useOpenChat } from './use-open-chat.ts';

const GroupDialog = lazy(() => import('./group-dialog.tsx'));
const LevelDialog = lazy(() => import('../levels/level-dialog.tsx'));
const CardDialog = lazy(() => import('../levels/card-dialog.tsx'));

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
  const [dialog, setDialog] = useState<'group' | 'levels' | 'card' | null>(null);
  const isSelf = useLive(({ live }) => live.me?.userId === userId);
  const picked = useSelection().includes(userId);

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

  if (dialog !== null) {
    return (
      <Suspense>
        {dialog === 'group' && (
          <GroupDialog close={close} choose={(group) => void put({ group, favourite: false })} />
        )}
        {dialog === 'levels' && <LevelDialog close={close} />}
        {dialog === 'card' && <CardDialog userId={userId} close={close} />}
      </Suspense>
    );
  }
  return (
    <Menu
      open
      checkedValues={{ picked: picked ? ['picked'] : [] }}
      positioning={{ target, position: 'below', align: 'start' }}
      onOpenChange={(_, { open }) => !open && dialog === null && close()}
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
                <MenuItem persistOnClick onClick={() => setDialog('group')}>
                  {t('people.newGroup')}
                </MenuItem>
              </MenuList>
            </MenuPopover>
          </Menu>
          <MenuItem icon={<CardIcon />} persistOnClick onClick={() => setDialog('card')}>
            {t('people.showCard')}
          </MenuItem>
          {!isSelf && <LevelMenu userId={userId} explain={() => setDialog('levels')} />}
          <MenuItemCheckbox
            name="picked"
            value="picked"
            icon={<PersonAddIcon />}
            onClick={() => toggleSelected(userId)}
          >
            {t('groups.select')}
          </MenuItemCheckbox>
          <MenuDivider />
          <MenuItem icon={<TrashIcon />} onClick={() => void remove()}>
            {t('people.remove')}
          </MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
