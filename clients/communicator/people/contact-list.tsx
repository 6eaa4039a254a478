// The contact list: groups that fold, people with their live state; thousands of rows cost no more than a screenful.

import type { PositioningVirtualElement } from '@fluentui/react-components';
import { useParams } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type MouseEvent, useId, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../kit/i18n/use-formats.ts';
import { useLive, useLiveShallow } from '../../kit/live/live-context.tsx';
import { othersOf } from '../../kit/live/selectors.ts';
import { EmptyState } from '../../kit/widgets/empty-state.tsx';
import { PeopleIcon } from '../../kit/widgets/icons.tsx';
import { toggleSelected, useSelection } from '../groups/selection.ts';
import { readClosedGroups, writeClosedGroups } from './closed-groups.ts';
import styles from './contact-list.module.css';
import { ContactMenu } from './contact-menu.tsx';
import { ContactRowView, GroupRowView } from './contact-row.tsx';
import { type ContactRow, contactRows, groupKey } from './contact-rows.ts';
import { useListKeys } from './use-list-keys.ts';
import { useOpenChat } from './use-open-chat.ts';

const GROUP_PX = 36;
const CONTACT_PX = 56;

interface OpenMenu {
  readonly userId: string;
  readonly target: HTMLElement | PositioningVirtualElement;
}

export function ContactList() {
  const { t } = useTranslation();
  const { locale } = useFormats();
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const openChat = useOpenChat();
  const [closed, setClosed] = useState(readClosedGroups);
  const picked = useSelection();
  const [menu, setMenu] = useState<OpenMenu | null>(null);
  const known = useLiveShallow(({ live }) => ({
    contacts: live.contacts,
    users: live.users,
    presence: live.presence,
  }));
  const selfId = useLive(({ live }) => live.me?.userId);
  const { conversationId = '' } = useParams({ strict: false });
  const shownId = useLive(({ live }) => {
    const conversation = live.conversations[conversationId];
    const others = conversation === undefined ? [] : othersOf(live, conversation);
    return others.length === 1 ? others[0] : undefined;
  });
  const rows = useMemo(() => contactRows(known, closed, locale), [known, closed, locale]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => list.current,
    estimateSize: (index) => (rows[index]?.kind === 'group' ? GROUP_PX : CONTACT_PX),
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 8,
  });
  const nameOf = (row: ContactRow) =>
    row.kind === 'group' ? '' : (known.users[row.contact.userId]?.name ?? t('people.unknown'));
  const keys = useListKeys({
    names: rows.map(nameOf),
    scrollTo: (index) => virtual.scrollToIndex(index),
    onEnter: (index) => {
      const row = rows[index];
      if (row?.kind === 'group') toggle(row, !row.open);
      else if (row !== undefined) void openChat(row.contact.userId);
    },
    onKey(event, index) {
      const row = rows[index];
      if (row === undefined) return false;
      if (event.key === ' ' && row.kind === 'contact') {
        toggleSelected(row.contact.userId);
        return true;
      }
      const outwards = event.key === (document.dir === 'rtl' ? 'ArrowRight' : 'ArrowLeft');
      const inwards = event.key === (document.dir === 'rtl' ? 'ArrowLeft' : 'ArrowRight');
      if (row.kind === 'group' && (outwards || inwards)) {
        toggle(row, inwards);
        return true;
      }
      if (row.kind === 'contact' && outwards) {
        keys.setActive(rows.slice(0, index).findLastIndex(({ kind }) => kind === 'group'));
        return true;
      }
      const wantsMenu = event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey);
      const target = document.getElementById(`${id}-${index}`);
      if (row.kind !== 'contact' || !wantsMenu || target === null) return false;
      setMenu({ userId: row.contact.userId, target });
      return true;
    },
  });

  function toggle(row: Extract<ContactRow, { kind: 'group' }>, open: boolean): void {
    const next = new Set(closed);
    if (open) next.delete(groupKey(row));
    else next.add(groupKey(row));
    setClosed(next);
    writeClosedGroups(next);
  }

  function openMenuAtPointer(event: MouseEvent, userId: string): void {
    event.preventDefault();
    const { clientX, clientY } = event;
    setMenu({ userId, target: { getBoundingClientRect: () => new DOMRect(clientX, clientY, 0, 0) } });
  }

  if (rows.length === 0) {
    return (
      <EmptyState
        picture={<PeopleIcon size={30} />}
        title={t('people.emptyTitle')}
        text={t('people.emptyText')}
      />
    );
  }
  return (
    <>
      <div
        ref={list}
        className={styles.list}
        role="tree"
        aria-label={t('people.contacts')}
        aria-activedescendant={`${id}-${keys.active}`}
        tabIndex={0}
        data-list
        onKeyDown={keys.onKeyDown}
      >
        <div className={styles.space} role="presentation" style={{ blockSize: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start, size, key }) => {
            const row = rows[index];
            if (row === undefined) return null;
            const place = {
              id: `${id}-${index}`,
              active: keys.active === index,
              style: { blockSize: size, transform: `translateY(${start}px)` },
            };
            return row.kind === 'group' ? (
              <GroupRowView
                key={key}
                row={row}
                {...place}
                onToggle={() => {
                  keys.setActive(index);
                  toggle(row, !row.open);
                }}
              />
            ) : (
              <ContactRowView
                key={key}
                row={row}
                {...place}
                isSelf={row.contact.userId === selfId}
                selected={row.contact.userId === shownId}
                picked={picked.includes(row.contact.userId)}
                onOpen={(event) => {
                  keys.setActive(index);
                  if (event.ctrlKey || event.metaKey) toggleSelected(row.contact.userId);
                  else void openChat(row.contact.userId);
                }}
                onMenu={(event) => openMenuAtPointer(event, row.contact.userId)}
                onMenuButton={(target) => setMenu({ userId: row.contact.userId, target })}
              />
            );
          })}
        </div>
      </div>
      {menu !== null && (
        <ContactMenu
          userId={menu.userId}
          target={menu.target}
          close={() => {
            setMenu(null);
            list.current?.focus();
          }}
        />
      )}
    </>
  );
}
