// What can be done with a person: by right click, by the button of the row, by Shift+F10. Who is not in the list can be added.
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
import type { Contact, ContactChange } from '../../kit/contracts.ts';
import { useLive, useLiveClient } from '../../kit/live/live-context.tsx';
import {
  BellIcon,
  CardIcon,
  ChatIcon,
  EditIcon,
  PeopleIcon,
  PersonAddIcon,
  StarFilledIcon,
  StarIcon,
  TrashIcon,
} from '../../kit/widgets/icons.tsx';
import { useNotices } from '../../kit/widgets/notices.tsx';
import { toggleSelected, useSelection } from '../groups/selection.ts';
import { LevelMenu } from '../levels/level-menu.tsx';
import { isElsewhere, nameOf } from './contact-rows.ts';
import { useOpenChat } from './use-open-chat.ts';
import { useRemove } from './use-remove.ts';

const GroupDialog = lazy(() => import('./group-dialog.tsx'));
const NoteDialog = lazy(() => import('./note-dialog.tsx'));
const LevelDialog = lazy(() => import('../levels/level-dialog.tsx'));
const CardDialog = lazy(() => import('../levels/card-dialog.tsx'));

interface ContactMenuProps {
  readonly contactId: string;
  readonly target: HTMLElement | PositioningVirtualElement;
  readonly close: () => void;
}

export function ContactMenu({ contactId, target, close }: ContactMenuProps) {
  const { t } = useTranslation();
  const client = useLiveClient();
  const notices = useNotices();
  const openChat = useOpenChat();
  const remove = useRemove();
  const contact = useLive(({ live }) => live.contacts[contactId]);
  const user = useLive(({ live }) => live.users[contactId]);
  const name = nameOf(contactId, contact, user) || t('people.unknown');
  const isSelf = useLive(({ live }) => live.me?.userId === contactId);
  const [dialog, setDialog] = useState<'group' | 'levels' | 'card' | 'note' | null>(null);
  const picked = useSelection().includes(contactId);
  const elsewhere = isElsewhere(contactId);

  async function put(change: ContactChange): Promise<void> {
    notices.outcome(await client.contacts.put([contactId], change));
  }

  if (dialog !== null) {
    return (
      <Suspense>
        {dialog === 'group' && <GroupDialog contactIds={[contactId]} close={close} />}
        {dialog === 'levels' && <LevelDialog close={close} />}
        {dialog === 'card' && <CardDialog userId={contactId} close={close} />}
        {dialog === 'note' && <NoteDialog contactId={contactId} name={name} close={close} />}
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
          {elsewhere ? (
            <MenuItem disabled subText={t('contacts.elsewhereText')}>
              {t('contacts.elsewhere')}
            </MenuItem>
          ) : (
            <MenuItem icon={<ChatIcon />} onClick={() => void openChat(contactId)}>
              {t('people.sendMessage')}
            </MenuItem>
          )}
          {contact === undefined ? (
            !isSelf && (
              <MenuItem icon={<PersonAddIcon />} onClick={() => void put({})}>
                {t('people.add', { name })}
              </MenuItem>
            )
          ) : (
            <>
              <MenuItem
                icon={contact.favourite ? <StarFilledIcon /> : <StarIcon />}
                onClick={() => void put({ favourite: !contact.favourite })}
              >
                {contact.favourite ? t('people.removeFavourite') : t('people.addFavourite')}
              </MenuItem>
              <GroupsMenu contact={contact} put={put} newGroup={() => setDialog('group')} />
              {!elsewhere && !isSelf && <WaitMenu contact={contact} name={name} put={put} />}
              <MenuItem icon={<EditIcon />} persistOnClick onClick={() => setDialog('note')}>
                {t(contact.note === '' ? 'contacts.addNote' : 'contacts.editNote')}
              </MenuItem>
            </>
          )}
          {!elsewhere && (
            <MenuItem icon={<CardIcon />} persistOnClick onClick={() => setDialog('card')}>
              {t('people.showCard')}
            </MenuItem>
          )}
          {!elsewhere && !isSelf && <LevelMenu userId={contactId} explain={() => setDialog('levels')} />}
          <MenuItemCheckbox name="picked" value="picked" onClick={() => toggleSelected(contactId)}>
            {t('groups.select')}
          </MenuItemCheckbox>
          {contact !== undefined && (
            <>
              <MenuDivider />
              <MenuItem icon={<TrashIcon />} onClick={() => void remove([contactId])}>
                {t('people.remove')}
              </MenuItem>
            </>
          )}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}

interface PartProps {
  readonly contact: Contact;
  readonly put: (change: ContactChange) => Promise<void>;
}

/** One person may be in several groups. */
function GroupsMenu({ contact, put, newGroup }: PartProps & { readonly newGroup: () => void }) {
  const { t } = useTranslation();
  const groups = useLive(({ live }) => live.book.groups);
  return (
    <Menu checkedValues={{ group: contact.groupIds }}>
      <MenuTrigger disableButtonEnhancement>
        <MenuItem icon={<PeopleIcon />}>{t('contacts.groups')}</MenuItem>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {groups.map(({ groupId, name }) => (
            <MenuItemCheckbox
              key={groupId}
              name="group"
              value={groupId}
              persistOnClick
              onClick={() =>
                void put(
                  contact.groupIds.includes(groupId) ? { removeFrom: [groupId] } : { addTo: [groupId] },
                )
              }
            >
              {name}
            </MenuItemCheckbox>
          ))}
          {groups.length > 0 && <MenuDivider />}
          <MenuItem persistOnClick onClick={newGroup}>
            {t('people.newGroup')}
          </MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}

const WAITS = ['once', 'always'] as const;

function WaitMenu({ contact, name, put }: PartProps & { readonly name: string }) {
  const { t } = useTranslation();
  return (
    <Menu checkedValues={{ waiting: [contact.waiting ?? 'never'] }}>
      <MenuTrigger disableButtonEnhancement>
        <MenuItem icon={<BellIcon />}>{t('contacts.tellWhenFree', { name })}</MenuItem>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {WAITS.map((waiting) => (
            <MenuItemRadio key={waiting} name="waiting" value={waiting} onClick={() => void put({ waiting })}>
              {t(`contacts.waiting.${waiting}`)}
            </MenuItemRadio>
          ))}
          <MenuItemRadio name="waiting" value="never" onClick={() => void put({ waiting: null })}>
            {t('contacts.waiting.never')}
          </MenuItemRadio>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
