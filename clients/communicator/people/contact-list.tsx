// The contact list: sections that fold, people with their live state; thousands of rows cost no more than a screenful.
import type { PositioningVirtualElement } from '@fluentui/react-components';
import { useParams } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { lazy, type MouseEvent, Suspense, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLive, useLiveShallow } from '../../kit/live/live-context.tsx';
import { othersOf } from '../../kit/live/selectors.ts';
import { selectOnly, selectRange, toggleSelected, useSelection } from '../groups/selection.ts';
import styles from './contact-list.module.css';
import { ContactMenu } from './contact-menu.tsx';
import { PersonRow, SectionRow } from './contact-row.tsx';
import { isElsewhere, nameOf } from './contact-rows.ts';
import { FirstContact } from './first-contact.tsx';
import { GroupMenu } from './group-menu.tsx';
import { toggleSection } from './list-preferences.ts';
import { useContactRows } from './use-contact-rows.ts';
import { useDragging } from './use-dragging.ts';
import { useListKeys } from './use-list-keys.ts';
import { useOpenChat } from './use-open-chat.ts';

const CardDialog = lazy(() => import('../levels/card-dialog.tsx'));

const SECTION_PX = 36;
const CONTACT_PX = 56;

type Anchor = HTMLElement | PositioningVirtualElement;
type Open =
  | { readonly kind: 'contact'; readonly contactId: string; readonly target: Anchor }
  | { readonly kind: 'group'; readonly groupId: string; readonly target: Anchor }
  | { readonly kind: 'card'; readonly contactId: string };

export function ContactList() {
  const { t } = useTranslation();
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const openChat = useOpenChat();
  const picked = useSelection();
  const [open, setOpen] = useState<Open | null>(null);
  const { contacts, users } = useLiveShallow(({ live }) => ({
    contacts: live.contacts,
    users: live.users,
  }));
  const selfId = useLive(({ live }) => live.me?.userId);
  const { conversationId = '' } = useParams({ strict: false });
  const shownId = useLive(({ live }) => {
    const conversation = live.conversations[conversationId];
    const others = conversation === undefined ? [] : othersOf(live, conversation);
    return others.length === 1 ? others[0] : undefined;
  });
  const rows = useContactRows();
  const dragging = useDragging(picked);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => list.current,
    estimateSize: (index) => (rows[index]?.kind === 'section' ? SECTION_PX : CONTACT_PX),
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 8,
  });
  const keys = useListKeys({
    names: rows.map((row) =>
      row.kind === 'section' ? '' : nameOf(row.contactId, contacts[row.contactId], users[row.contactId]),
    ),
    scrollTo: (index) => virtual.scrollToIndex(index),
    onEnter(index) {
      const row = rows[index];
      if (row?.kind === 'section') toggleSection(row.section.key);
      else if (row !== undefined) enter(row.contactId, index);
    },
    onKey(event, index) {
      const row = rows[index];
      if (row === undefined) return false;
      if (event.key === ' ' && row.kind === 'contact') {
        toggleSelected(row.contactId);
        return true;
      }
      if (event.key === 'Escape' && picked.length > 0) {
        selectOnly([]);
        event.stopPropagation();
        return true;
      }
      if (event.key.toLowerCase() === 'a' && (event.ctrlKey || event.metaKey) && row.kind === 'contact') {
        selectOnly(row.section.contactIds);
        return true;
      }
      const outwards = event.key === (document.dir === 'rtl' ? 'ArrowRight' : 'ArrowLeft');
      const inwards = event.key === (document.dir === 'rtl' ? 'ArrowLeft' : 'ArrowRight');
      if (row.kind === 'section' && (outwards || inwards)) {
        if (row.open === outwards) toggleSection(row.section.key);
        return true;
      }
      if (row.kind === 'contact' && outwards) {
        keys.setActive(rows.slice(0, index).findLastIndex(({ kind }) => kind === 'section'));
        return true;
      }
      const wantsMenu = event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey);
      return wantsMenu && openMenu(index, document.getElementById(`${id}-${index}`));
    },
  });

  /** Of a person elsewhere there is nothing to write to yet: the menu says what there is. */
  function enter(contactId: string, index: number): void {
    if (isElsewhere(contactId)) openMenu(index, document.getElementById(`${id}-${index}`));
    else void openChat(contactId);
  }

  function openMenu(index: number, target: Anchor | null): boolean {
    const row = rows[index];
    if (row === undefined || target === null) return false;
    if (row.kind === 'contact') setOpen({ kind: 'contact', contactId: row.contactId, target });
    else if (row.section.group === undefined) return false;
    else setOpen({ kind: 'group', groupId: row.section.group.groupId, target });
    return true;
  }

  function openMenuAtPointer(event: MouseEvent, index: number): void {
    event.preventDefault();
    const { clientX, clientY } = event;
    openMenu(index, { getBoundingClientRect: () => new DOMRect(clientX, clientY, 0, 0) });
  }

  function click(event: MouseEvent, index: number): void {
    const row = rows[index];
    if (row?.kind !== 'contact') return;
    const before = rows[keys.active];
    keys.setActive(index);
    // Where there is no mouse, the first one is chosen from the menu, and a touch chooses the others.
    const isTouch = picked.length > 0 && matchMedia('(hover: none)').matches;
    if (event.ctrlKey || event.metaKey || isTouch) toggleSelected(row.contactId);
    else if (event.shiftKey && before?.kind === 'contact') {
      const [from, to] = [Math.min(keys.active, index), Math.max(keys.active, index)];
      selectRange(rows.slice(from, to + 1).flatMap((one) => (one.kind === 'contact' ? one.contactId : [])));
    } else enter(row.contactId, index);
  }

  /** Shift and an arrow: who is active and who is next. */
  function extend(key: 'ArrowDown' | 'ArrowUp'): void {
    const next = keys.active + (key === 'ArrowDown' ? 1 : -1);
    selectRange(
      [rows[keys.active], rows[next]].flatMap((one) => (one?.kind === 'contact' ? one.contactId : [])),
    );
  }

  function close(): void {
    setOpen(null);
    list.current?.focus();
  }

  if (rows.length === 0) return <FirstContact />;
  return (
    <>
      <div
        ref={list}
        className={styles.list}
        role="tree"
        aria-label={t('people.contacts')}
        aria-multiselectable
        aria-activedescendant={`${id}-${keys.active}`}
        tabIndex={0}
        data-list
        onKeyDown={(event) => {
          if (event.shiftKey && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) extend(event.key);
          keys.onKeyDown(event);
        }}
      >
        <div className={styles.space} role="presentation" style={{ blockSize: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start, size, key }) => {
            const row = rows[index];
            if (row === undefined) return null;
            const shared = {
              id: `${id}-${index}`,
              active: keys.active === index,
              style: { blockSize: size, transform: `translateY(${start}px)` },
              target: dragging.targetKey === row.section.key,
              dragging: dragging.of(row),
              onMenu: (event: MouseEvent) => openMenuAtPointer(event, index),
              onMenuButton: (target: HTMLElement) => void openMenu(index, target),
            };
            return row.kind === 'section' ? (
              <SectionRow
                key={key}
                row={row}
                {...shared}
                onToggle={() => {
                  keys.setActive(index);
                  toggleSection(row.section.key);
                }}
              />
            ) : (
              <PersonRow
                key={key}
                row={row}
                {...shared}
                isSelf={row.contactId === selfId}
                selected={row.contactId === shownId}
                picked={picked.includes(row.contactId)}
                onOpen={(event) => click(event, index)}
                onCard={() => setOpen({ kind: 'card', contactId: row.contactId })}
              />
            );
          })}
        </div>
      </div>
      {open?.kind === 'contact' && (
        <ContactMenu contactId={open.contactId} target={open.target} close={close} />
      )}
      {open?.kind === 'group' && <GroupMenu groupId={open.groupId} target={open.target} close={close} />}
      <Suspense>{open?.kind === 'card' && <CardDialog userId={open.contactId} close={close} />}</Suspense>
    </>
  );
}
