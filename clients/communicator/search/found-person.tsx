// Somebody whom a search found, the button that adds them or opens what can be done, and somebody of another domain.
import { Button } from '@fluentui/react-components';
import { addressIn } from '@parley/services/contacts/rules/import';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { User } from '../../kit/contracts.ts';
import { useLive, useLiveClient } from '../../kit/live/live-context.tsx';
import { GlobeIcon, MoreIcon, PersonAddIcon } from '../../kit/widgets/icons.tsx';
import { useNotices } from '../../kit/widgets/notices.tsx';
import { PersonAvatar } from '../../kit/widgets/person-avatar.tsx';
import { domainOf } from '../levels/use-level.ts';
import { ContactMenu } from '../people/contact-menu.tsx';
import styles from './search.module.css';

export function FoundPerson({ user }: { readonly user: User }) {
  const { t } = useTranslation();
  const state = useLive(({ live }) => live.presence[user.userId]?.state ?? 'unknown');
  const about = [user.title, user.department].filter(Boolean).join(', ') || user.address;
  return (
    <>
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
    </>
  );
}

interface FoundActionProps {
  readonly user: User;
  readonly reachable: boolean;
}

/** Adds who is no contact yet; else everything that can be done with a contact. */
export function FoundAction({ user, reachable }: FoundActionProps) {
  const isContact = useLive(
    ({ live }) => live.contacts[user.userId] !== undefined || live.me?.userId === user.userId,
  );
  return isContact ? (
    <MoreAbout user={user} reachable={reachable} />
  ) : (
    <AddContact user={user} reachable={reachable} />
  );
}

function AddContact({ user, reachable }: FoundActionProps) {
  const { t } = useTranslation();
  const client = useLiveClient();
  const notices = useNotices();

  async function add(): Promise<void> {
    notices.outcome(await client.contacts.put([user.userId]));
  }

  return (
    <button
      type="button"
      className={styles.add}
      tabIndex={reachable ? 0 : -1}
      // Not a Tooltip: one in each of many rows is what a search would wait for.
      title={t('people.add', { name: user.name })}
      aria-label={t('people.add', { name: user.name })}
      onClick={(event) => {
        event.stopPropagation();
        void add();
      }}
    >
      <PersonAddIcon size={18} />
    </button>
  );
}

function MoreAbout({ user, reachable }: FoundActionProps) {
  const { t } = useTranslation();
  const [menu, setMenu] = useState<HTMLElement | null>(null);
  return (
    <>
      <button
        type="button"
        className={styles.add}
        tabIndex={reachable ? 0 : -1}
        aria-label={t('people.moreAbout', { name: user.name })}
        onClick={(event) => {
          event.stopPropagation();
          setMenu(event.currentTarget);
        }}
      >
        <MoreIcon size={18} />
      </button>
      {menu !== null && (
        // biome-ignore lint/a11y/noStaticElementInteractions: clicks in the menu are not clicks on the row
        // biome-ignore lint/a11y/useKeyWithClickEvents: the menu has its own keys
        <div onClick={(event) => event.stopPropagation()}>
          <ContactMenu contactId={user.userId} target={menu} close={() => setMenu(null)} />
        </div>
      )}
    </>
  );
}

/** Somebody of another domain can be added by their address. */
export function Elsewhere({ query }: { readonly query: string }) {
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
