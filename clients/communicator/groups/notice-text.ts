// A notice in the words of the reader's language, with names as they are now.
import { useTranslation } from 'react-i18next';
import type { Notice } from '../../kit/contracts.ts';
import { useLive } from '../../kit/live/live-context.tsx';
import { useNameList } from './use-name-list.ts';

export function useNoticeText(): (notice: Notice) => string {
  const { t } = useTranslation();
  const list = useNameList();
  const users = useLive(({ live }) => live.users);
  const meId = useLive(({ live }) => live.me?.userId);

  return ({ kind, userIds, by, title = '' }) => {
    const nameOf = (userId: string) => users[userId]?.name ?? t('people.unknown');
    const mine = by === meId;
    // Oneself stands first, and is never among the counted.
    const sorted = [...userIds].sort((one, other) => Number(other === meId) - Number(one === meId));
    const people = list(sorted.map((userId) => (userId === meId ? t('groups.you') : nameOf(userId))));
    const name = nameOf(by);
    switch (kind) {
      case 'added':
        return mine ? t('notices.addedByYou', { people }) : t('notices.added', { name, people });
      case 'removed':
        return mine ? t('notices.removedByYou', { people }) : t('notices.removed', { name, people });
      case 'left':
        return mine ? t('notices.youLeft') : t('notices.left', { name });
      case 'leader':
        return userIds.includes(meId ?? '') ? t('notices.youLead') : t('notices.leader', { people });
      case 'locked':
        return mine ? t('notices.lockedByYou') : t('notices.locked', { name });
      case 'unlocked':
        return mine ? t('notices.unlockedByYou') : t('notices.unlocked', { name });
      case 'renamed':
        if (title === '') return mine ? t('notices.unnamedByYou') : t('notices.unnamed', { name });
        return mine ? t('notices.renamedByYou', { title }) : t('notices.renamed', { name, title });
    }
  };
}
