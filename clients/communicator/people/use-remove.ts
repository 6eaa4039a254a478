// Takes people out of the list, and says so with a way back.
import { useTranslation } from 'react-i18next';
import { useLiveClient } from '../../kit/live/live-context.tsx';
import { useNotices } from '../../kit/widgets/notices.tsx';
import { nameOf } from './contact-rows.ts';

export function useRemove(): (contactIds: readonly string[]) => Promise<void> {
  const { t } = useTranslation();
  const client = useLiveClient();
  const notices = useNotices();
  return async (contactIds) => {
    const { live } = client.store.getState();
    const there = contactIds.filter((id) => live.contacts[id] !== undefined);
    const [first] = there;
    if (first === undefined) return;
    const name = nameOf(first, live.contacts[first], live.users[first]) || t('people.unknown');
    const outcome = await client.contacts.remove(there);
    if (!outcome.ok) return notices.fault(outcome.fault);
    const text =
      there.length === 1
        ? t('people.removed', { name })
        : t('contacts.removedSeveral', { count: there.length });
    notices.undoable(text, () => void client.contacts.undo(outcome.value).then(notices.outcome));
  };
}
