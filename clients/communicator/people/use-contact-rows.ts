// The rows of the contact list as they are now: sections when the list changes, order and numbers when people do.
import { useEffect, useMemo, useState } from 'react';
import { useFormats } from '../../kit/i18n/use-formats.ts';
import { useLive, useLiveClient, useLiveShallow } from '../../kit/live/live-context.tsx';
import { recentPeople } from '../../kit/live/selectors.ts';
import { type ContactRow, contactRows, sectionsOf } from './contact-rows.ts';
import { useListPreferences } from './list-preferences.ts';

const RECENT = 10;

export function useContactRows(): readonly ContactRow[] {
  const { locale } = useFormats();
  const { toggled, order } = useListPreferences();
  const presence = useLive(({ live }) => live.presence);
  const known = useLiveShallow(({ live }) => ({
    contacts: live.contacts,
    users: live.users,
    groups: live.book.groups,
  }));
  const recent = useLiveShallow(({ live }) => recentPeople(live, RECENT));
  const frequent = useFrequent();
  const sections = useMemo(
    () => sectionsOf({ ...known, recent, frequent }, locale),
    [known, recent, frequent, locale],
  );
  return useMemo(() => contactRows(sections, presence, toggled, order), [sections, presence, toggled, order]);
}

/** Asked once for each connection: whom one writes to most changes in days. */
function useFrequent(): readonly string[] {
  const client = useLiveClient();
  const connected = useLive(({ connection, ready }) => connection.kind === 'connected' && ready);
  const [frequent, setFrequent] = useState<readonly string[]>([]);
  useEffect(() => {
    if (!connected) return;
    let isOver = false;
    void client.contacts.frequent().then((userIds) => {
      if (!isOver) setFrequent(userIds);
    });
    return () => {
      isOver = true;
    };
  }, [client, connected]);
  return frequent;
}
