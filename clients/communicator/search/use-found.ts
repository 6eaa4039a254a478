// All that a search finds: people and group chats known here, people and messages of the server, as rows.
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { dialledFrom } from '../../kit/calls/dialled.ts';
import type { Conversation } from '../../kit/contracts.ts';
import type { Fault } from '../../kit/fault.ts';
import { useFormats } from '../../kit/i18n/use-formats.ts';
import { useLive } from '../../kit/live/live-context.tsx';
import { conversationName } from '../../kit/live/selectors.ts';
import { matchesPerson } from '../people/match-person.ts';
import { usePeopleSearch } from '../people/use-people-search.ts';
import { useNow } from '../use-now.ts';
import { rankPeople } from './rank-people.ts';
import { type SearchRow, searchRows } from './search-rows.ts';
import { useMessageSearch } from './use-message-search.ts';

const GROUPS = 5;
const WEEK_MS = 6 * 86_400_000;

export interface AllFound {
  readonly rows: readonly SearchRow[];
  readonly busy: boolean;
  readonly morePeople: boolean;
  readonly nobody: readonly string[];
  readonly problems: readonly {
    readonly kind: 'unknownHas' | 'unreadableDate' | 'tooMuch';
    readonly text: string;
  }[];
  readonly fault: Fault | null;
  readonly loadMore: () => void;
  readonly showAllPeople: () => void;
}

/** @param within the chat that is searched alone */
export function useFound(typed: string, within: string | undefined): AllFound {
  const { t } = useTranslation();
  const formats = useFormats();
  const nowMs = useNow(60_000);
  const messages = useMessageSearch(typed, within);
  const { from, in: places, has, before, after } = messages.query;
  const isAboutMessages =
    within !== undefined || from.length + places.length + has.length > 0 || (before ?? after) !== undefined;
  const wanted = isAboutMessages || messages.problems.length > 0 ? '' : typed;
  const people = usePeopleSearch(wanted);
  const live = useLive((state) => state.live);
  const users = useMemo(
    () => rankPeople(people.users, live.contacts, live.conversations),
    [people.users, live.contacts, live.conversations],
  );
  const groups = useMemo(() => {
    const text = wanted.trim();
    if (text === '') return [];
    const isMeant = (conversation: Conversation) => {
      const name = conversationName(live, conversation, '');
      return matchesPerson({ name, address: '', department: '', phone: '' }, text);
    };
    return Object.values(live.conversations)
      .filter(({ isGroup, participantIds }) => isGroup === true || participantIds.length > 2)
      .filter(isMeant)
      .sort((one, other) => (other.lastMessage?.sentAt ?? 0) - (one.lastMessage?.sentAt ?? 0))
      .slice(0, GROUPS);
  }, [live, wanted]);
  /** What was typed when all people were asked for. */
  const [allFor, setAllFor] = useState<string>();
  const allPeople = allFor === typed;
  const rows = useMemo(() => {
    const day = (sentAt: number) =>
      nowMs - sentAt < WEEK_MS ? formats.day(sentAt, nowMs) : formats.month(sentAt);
    return searchRows({
      dialled: within === undefined ? dialledFrom(typed) : null,
      users,
      allPeople,
      groups,
      found: messages.found,
      // Not before the first result, and without flickering from then on.
      more: messages.next !== undefined && (messages.found.length > 0 || !messages.busy),
      headings: {
        people: t('search.people'),
        groups: t('search.groups'),
        messages: (sentAt) => t('search.messages', { day: day(sentAt) }),
      },
    });
  }, [
    typed,
    within,
    users,
    allPeople,
    groups,
    messages.found,
    messages.next,
    messages.busy,
    formats,
    nowMs,
    t,
  ]);
  return {
    rows,
    busy: people.busy || messages.busy,
    morePeople: people.more,
    nobody: messages.nobody,
    problems: messages.problems,
    fault: people.fault ?? messages.fault,
    loadMore: messages.loadMore,
    showAllPeople: () => setAllFor(typed),
  };
}
