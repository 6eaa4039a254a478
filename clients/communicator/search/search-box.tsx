// The search box (Ctrl+K; in a chat also Ctrl+F): finds people, group chats and messages while one types; below it what it
// found, else the lists.
import { useNavigate, useParams } from '@tanstack/react-router';
import { type ReactNode, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLive, useLiveClient } from '../../kit/live/live-context.tsx';
import { conversationName } from '../../kit/live/selectors.ts';
import { CloseIcon, SearchIcon } from '../../kit/widgets/icons.tsx';
import { useCall } from '../calls/use-call.ts';
import { moveTo } from '../people/list-keys.ts';
import { useOpenChat } from '../people/use-open-chat.ts';
import { ariaKeys, focusRequests } from '../shortcuts.ts';
import { type Completion, completionsFor } from './completions.ts';
import { jumpTo } from './jump.ts';
import styles from './search.module.css';
import { SearchResults } from './search-results.tsx';
import { choicesOf } from './search-rows.ts';
import { useFound } from './use-found.ts';

export function SearchBox({ children }: { readonly children: ReactNode }) {
  const { t } = useTranslation();
  const id = useId();
  const box = useRef<HTMLInputElement>(null);
  const client = useLiveClient();
  const navigate = useNavigate();
  const openChat = useOpenChat();
  const call = useCall();
  const { conversationId } = useParams({ strict: false });
  const [typed, setTyped] = useState('');
  const [within, setWithin] = useState<string>();
  const [active, setActive] = useState(0);
  const found = useFound(typed, within);
  const searching = typed.trim() !== '' || within !== undefined;
  const choices = useMemo(() => choicesOf(found.rows), [found.rows]);
  const names = useKnownNames();
  const completions = completionsFor(typed, names);
  const activeRow = choices[Math.min(active, choices.length - 1)];

  useEffect(() => {
    async function focus(event: Event): Promise<void> {
      setWithin(event.type === 'find' ? conversationId : undefined);
      // On a narrow screen the list is not there while a chat is.
      if (box.current?.offsetParent === null) await navigate({ to: '/' });
      box.current?.focus();
      box.current?.select();
    }
    for (const name of ['search', 'find']) focusRequests.addEventListener(name, focus);
    return () => {
      for (const name of ['search', 'find']) focusRequests.removeEventListener(name, focus);
    };
  }, [conversationId, navigate]);

  function type(text: string): void {
    setTyped(text);
    setActive(0);
  }

  function clear(): void {
    type('');
    setWithin(undefined);
  }

  function complete({ typed: text }: Completion): void {
    type(text);
    box.current?.focus();
  }

  function choose(index: number): void {
    const row = found.rows[index];
    switch (row?.kind) {
      case 'dial':
        clear();
        void call({ to: { dialled: row.dialled.dialled }, name: row.dialled.shown });
        return;
      case 'person':
        clear();
        void openChat(row.user.userId);
        return;
      case 'group': {
        clear();
        const params = { conversationId: row.conversation.conversationId };
        void navigate({ to: '/c/$conversationId', params });
        return;
      }
      // The results stay: the next one is looked at next.
      case 'message':
        void jumpTo(client, navigate, row.found);
        return;
      case 'people':
        found.showAllPeople();
        return;
      case 'more':
        found.loadMore();
    }
  }

  return (
    <>
      <search className={styles.box}>
        <SearchIcon size={18} className={styles.glass} />
        <input
          ref={box}
          className={styles.input}
          role="combobox"
          aria-label={t('search.label')}
          aria-expanded={searching}
          aria-haspopup="grid"
          aria-controls={`${id}-results`}
          aria-keyshortcuts={ariaKeys('search')}
          {...(searching && activeRow !== undefined ? { 'aria-activedescendant': `${id}-${activeRow}` } : {})}
          placeholder={t('search.placeholder')}
          autoComplete="off"
          spellCheck={false}
          maxLength={200}
          value={typed}
          onChange={(event) => type(event.target.value)}
          onKeyDown={(event) => {
            if (event.nativeEvent.isComposing) return;
            const vertical = event.key === 'ArrowDown' || event.key === 'ArrowUp';
            const target = searching && vertical ? moveTo(event, active, choices.length) : null;
            if (target !== null) {
              event.preventDefault();
              setActive(target);
              if (target === choices.length - 1) found.loadMore();
            } else if (event.key === 'Enter' && searching && activeRow !== undefined) {
              event.preventDefault();
              choose(activeRow);
            } else if (event.key === 'Escape') {
              event.preventDefault();
              event.stopPropagation();
              if (searching) clear();
              else event.currentTarget.blur();
            }
          }}
        />
        {searching ? (
          <button
            type="button"
            className={styles.clear}
            aria-label={t('search.clear')}
            onClick={() => {
              clear();
              box.current?.focus();
            }}
          >
            <CloseIcon size={16} />
          </button>
        ) : (
          <span className={styles.keys} aria-hidden="true">
            Ctrl K
          </span>
        )}
        {within !== undefined && <Within conversationId={within} leave={() => setWithin(undefined)} />}
        {completions.length > 0 && (
          <ul className={styles.completions} aria-label={t('search.complete')}>
            {completions.map((completion) => (
              <li key={completion.label}>
                <button type="button" dir="ltr" onClick={() => complete(completion)}>
                  {completion.label}
                </button>
              </li>
            ))}
          </ul>
        )}
      </search>
      {searching ? (
        <SearchResults
          id={id}
          found={found}
          typed={typed}
          active={activeRow ?? -1}
          setActive={(index) => setActive(Math.max(0, choices.indexOf(index)))}
          choose={choose}
          insert={(text) => complete({ label: text, typed: `${typed.trim()} ${text}`.trimStart() })}
        />
      ) : (
        children
      )}
    </>
  );
}

/** Says that only one chat is searched, and leads out of that. */
function Within({ conversationId, leave }: { readonly conversationId: string; readonly leave: () => void }) {
  const { t } = useTranslation();
  const name = useLive(({ live }) => {
    const conversation = live.conversations[conversationId];
    return conversation === undefined ? '' : conversationName(live, conversation, t('people.unknown'));
  });
  return (
    <p className={styles.within}>
      <span>{t('search.within', { name })}</span>
      <button
        type="button"
        aria-label={t('search.everywhere')}
        title={t('search.everywhere')}
        onClick={leave}
      >
        <CloseIcon size={14} />
      </button>
    </p>
  );
}

/** Contacts first, then everybody else who is known here. */
function useKnownNames(): string[] {
  const users = useLive(({ live }) => live.users);
  const contacts = useLive(({ live }) => live.contacts);
  return useMemo(() => {
    const known = Object.values(users);
    const isContact = ({ userId }: { readonly userId: string }) => contacts[userId] !== undefined;
    return [...known.filter(isContact), ...known.filter((user) => !isContact(user))].map(({ name }) => name);
  }, [users, contacts]);
}
