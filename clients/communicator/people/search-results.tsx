// The people that a search found: Enter or a click opens the conversation, the button adds a contact.
// biome-ignore-all lint/a11y/useSemanticElements: a grid whose active row follows the search box (aria-activedescendant)
// biome-ignore-all lint/a11y/useFocusableInteractive: cells hold the controls, they are none themselves
import { Button, Spinner, Tooltip } from '@fluentui/react-components';
import { addressIn } from '@parley/services/contacts/rules/import';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { User } from '../../kit/contracts.ts';
import { useLive, useLiveClient } from '../../kit/live/live-context.tsx';
import { EmptyState } from '../../kit/widgets/empty-state.tsx';
import { FaultNotice } from '../../kit/widgets/fault-notice.tsx';
import { GlobeIcon, MoreIcon, PersonAddIcon, SearchIcon } from '../../kit/widgets/icons.tsx';
import { useNotices } from '../../kit/widgets/notices.tsx';
import { PersonAvatar } from '../../kit/widgets/person-avatar.tsx';
import { domainOf } from '../levels/use-level.ts';
import { ContactMenu } from './contact-menu.tsx';
import styles from './people-search.module.css';
import type { FoundPeople } from './use-people-search.ts';

interface SearchResultsProps {
  readonly id: string;
  readonly found: FoundPeople;
  readonly query: string;
  readonly active: number;
  readonly setActive: (index: number) => void;
  readonly choose: (index: number) => void;
}

export function SearchResults({ id, found, query, active, setActive, choose }: SearchResultsProps) {
  const { t } = useTranslation();
  const { users, busy, more, fault } = found;
  const empty = users.length === 0 && !busy;
  return (
    <div className={styles.results}>
      <p role="status" className="parley-hidden">
        {busy ? '' : t('search.found', { count: users.length })}
      </p>
      {fault !== null && (
        <div className={styles.fault}>
          <FaultNotice fault={fault} />
        </div>
      )}
      <div id={`${id}-results`} role="grid" aria-label={t('search.results')} aria-busy={busy}>
        {users.map((user, index) => (
          <ResultRow
            key={user.userId}
            id={`${id}-${index}`}
            user={user}
            active={index === active}
            onPoint={() => setActive(index)}
            onChoose={() => choose(index)}
          />
        ))}
      </div>
      {busy && users.length === 0 && (
        <Spinner size="small" className={styles.busy} aria-label={t('search.busy')} />
      )}
      <Elsewhere query={query} />
      {more && <p className={styles.more}>{t('search.more')}</p>}
      {empty && fault === null && (
        <EmptyState
          picture={<SearchIcon size={28} />}
          title={t('search.nothingTitle', { query: query.trim() })}
          text={t('search.nothingText')}
        />
      )}
    </div>
  );
}

/** Somebody of another domain can be added by their address. */
function Elsewhere({ query }: { readonly query: string }) {
  const { t } = useTranslation();
  const client = useLiveClient();
  const notices = useNotices();
  const address = addressIn(query);
  const isKnown = useLive(({ live }) => address !== undefined && live.contacts[address] !== undefined);
  const domain = useLive(({ live }) => domainOf(live.me?.address ?? ''));
  if (address === undefined || isKnown || domainOf(address) === domain) return null;
  return (
    <Button
      className={styles.elsewhere}
      appearance="subtle"
      icon={<GlobeIcon size={18} />}
      onClick={() => void client.contacts.put([address]).then(notices.outcome)}
    >
      {t('contacts.addElsewhere', { address })}
    </Button>
  );
}

interface ResultRowProps {
  readonly id: string;
  readonly user: User;
  readonly active: boolean;
  readonly onPoint: () => void;
  readonly onChoose: () => void;
}

function ResultRow({ id, user, active, onPoint, onChoose }: ResultRowProps) {
  const { t } = useTranslation();
  const client = useLiveClient();
  const notices = useNotices();
  const [menu, setMenu] = useState<HTMLElement | null>(null);
  const state = useLive(({ live }) => live.presence[user.userId]?.state ?? 'unknown');
  const isContact = useLive(
    ({ live }) => live.contacts[user.userId] !== undefined || live.me?.userId === user.userId,
  );
  const about = [user.title, user.department].filter(Boolean).join(', ') || user.address;

  async function add(): Promise<void> {
    notices.outcome(await client.contacts.put([user.userId]));
  }

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the search box handles keys
    <div
      id={id}
      role="row"
      aria-selected={active}
      tabIndex={-1}
      className={styles.row}
      data-active={active}
      data-user={user.address}
      onMouseMove={onPoint}
      onClick={onChoose}
    >
      <div role="gridcell" className={styles.person}>
        <PersonAvatar user={user} state={state} />
        <span className={styles.text}>
          <span className={styles.name}>
            <bdi>{user.name}</bdi>
          </span>
          <span className={styles.about}>
            <span className="parley-hidden">{t(`states.${state}`)} </span>
            <bdi>{about}</bdi>
          </span>
        </span>
      </div>
      <div role="gridcell" className={styles.action}>
        {isContact ? (
          <button
            type="button"
            className={styles.add}
            tabIndex={active ? 0 : -1}
            aria-label={t('people.moreAbout', { name: user.name })}
            onClick={(event) => {
              event.stopPropagation();
              setMenu(event.currentTarget);
            }}
          >
            <MoreIcon size={18} />
          </button>
        ) : (
          <Tooltip content={t('people.add', { name: user.name })} relationship="label">
            <button
              type="button"
              className={styles.add}
              tabIndex={active ? 0 : -1}
              onClick={(event) => {
                event.stopPropagation();
                void add();
              }}
            >
              <PersonAddIcon size={18} />
            </button>
          </Tooltip>
        )}
        {menu !== null && (
          // biome-ignore lint/a11y/noStaticElementInteractions: clicks in the menu are not clicks on the row
          // biome-ignore lint/a11y/useKeyWithClickEvents: the menu has its own keys
          <div onClick={(event) => event.stopPropagation()}>
            <ContactMenu contactId={user.userId} target={menu} close={() => setMenu(null)} />
          </div>
        )}
      </div>
    </div>
  );
}
