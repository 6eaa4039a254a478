// The list side: oneself, the search box, and below it either what the search found or one of the two lists.
import { lazy, Suspense, useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLive } from '../../kit/live/live-context.tsx';
import { totalUnread } from '../../kit/live/selectors.ts';
import { GroupFoot } from '../groups/group-foot.tsx';
import { MeHeader } from '../me/me-header.tsx';
import { SearchBox } from '../search/search-box.tsx';
import { ariaKeys, focusRequests } from '../shortcuts.ts';
import type { Overlay } from '../use-overlay.ts';
import { AddedCards } from './added-card.tsx';
import { ContactList } from './contact-list.tsx';
import { ListMenu } from './list-menu.tsx';
import { ListSkeleton } from './list-skeleton.tsx';
import { RecentList } from './recent-list.tsx';
import styles from './sidebar.module.css';

const TABS = ['contacts', 'chats', 'calls'] as const;
const CallsList = lazy(() => import('../calls/calls-list.tsx'));
type Tab = (typeof TABS)[number];

interface SidebarProps {
  readonly openOverlay: (overlay: Overlay) => void;
}

export function Sidebar({ openOverlay }: SidebarProps) {
  const { t } = useTranslation();
  const ready = useLive((state) => state.ready);
  const unread = useLive(({ live }) => totalUnread(live));
  const missed = useLive(({ live }) => live.missedCalls);
  const unheard = useLive(({ live }) => live.voicemail?.unheard ?? 0);
  const [tab, setTab] = useState<Tab>('contacts');
  const [focusWanted, setFocusWanted] = useState(0);
  const panel = useRef<HTMLDivElement>(null);
  const id = useId();

  useEffect(() => {
    const show = (event: Event) => {
      setTab(event.type as Tab);
      setFocusWanted((count) => count + 1);
    };
    for (const name of TABS) focusRequests.addEventListener(name, show);
    return () => {
      for (const name of TABS) focusRequests.removeEventListener(name, show);
    };
  }, []);

  useEffect(() => {
    if (focusWanted > 0) panel.current?.querySelector<HTMLElement>('[data-list]')?.focus();
  }, [focusWanted]);

  return (
    <>
      <MeHeader openOverlay={openOverlay} />
      <SearchBox>
        <div className={styles.bar}>
          <div
            className={styles.tabs}
            role="tablist"
            aria-label={t('people.lists')}
            onKeyDown={(event) => {
              if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
              const by = (event.key === 'ArrowRight') === (document.dir !== 'rtl') ? 1 : -1;
              const other = TABS[(TABS.indexOf(tab) + by + TABS.length) % TABS.length] ?? 'contacts';
              setTab(other);
              event.currentTarget.querySelector<HTMLElement>(`[data-tab="${other}"]`)?.focus();
            }}
          >
            {TABS.map((name) => (
              <button
                key={name}
                type="button"
                role="tab"
                id={`${id}-${name}`}
                data-tab={name}
                className={styles.tab}
                aria-selected={tab === name}
                aria-controls={`${id}-panel`}
                aria-keyshortcuts={ariaKeys(name)}
                tabIndex={tab === name ? 0 : -1}
                onClick={() => setTab(name)}
              >
                {t(`people.${name}`)}
                {name === 'chats' && unread > 0 && (
                  <Count count={unread} words={t('chats.unread', { count: unread })} />
                )}
                {name === 'calls' && missed + unheard > 0 && (
                  <Count
                    count={missed + unheard}
                    words={[
                      ...(missed > 0 ? [t('phone.missed', { count: missed })] : []),
                      ...(unheard > 0 ? [t('phone.unheard', { count: unheard })] : []),
                    ].join(', ')}
                  />
                )}
              </button>
            ))}
          </div>
          {tab === 'contacts' && <ListMenu />}
        </div>
        <div
          className={styles.panel}
          role="tabpanel"
          id={`${id}-panel`}
          aria-labelledby={`${id}-${tab}`}
          ref={panel}
        >
          {ready && tab === 'contacts' && <AddedCards />}
          {!ready ? (
            <ListSkeleton />
          ) : tab === 'contacts' ? (
            <ContactList />
          ) : tab === 'chats' ? (
            <RecentList />
          ) : (
            <Suspense fallback={<ListSkeleton />}>
              <CallsList />
            </Suspense>
          )}
          <GroupFoot />
        </div>
      </SearchBox>
    </>
  );
}

function Count({ count, words }: { readonly count: number; readonly words: string }) {
  return (
    <span className={styles.count}>
      <span aria-hidden="true">{count > 99 ? '99+' : count}</span>
      <span className="parley-hidden">{words}</span>
    </span>
  );
}
