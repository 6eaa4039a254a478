// The search box (also Ctrl+K): finds people while one types; below it what it found, else the lists.
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CloseIcon, SearchIcon } from '../../kit/widgets/icons.tsx';
import { ariaKeys, focusRequests } from '../shortcuts.ts';
import { moveTo } from './list-keys.ts';
import styles from './people-search.module.css';
import { SearchResults } from './search-results.tsx';
import { useOpenChat } from './use-open-chat.ts';
import { usePeopleSearch } from './use-people-search.ts';

export function PeopleSearch({ children }: { readonly children: ReactNode }) {
  const { t } = useTranslation();
  const id = useId();
  const box = useRef<HTMLInputElement>(null);
  const openChat = useOpenChat();
  const [query, setQuery] = useState('');
  const [active, setActive] = useState(0);
  const found = usePeopleSearch(query);
  const searching = query.trim() !== '';
  const { users } = found;

  useEffect(() => {
    const focus = () => {
      box.current?.focus();
      box.current?.select();
    };
    focusRequests.addEventListener('search', focus);
    return () => focusRequests.removeEventListener('search', focus);
  }, []);

  function choose(index: number): void {
    const user = users[index];
    if (user === undefined) return;
    setQuery('');
    void openChat(user.userId);
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
          {...(searching && users.length > 0 ? { 'aria-activedescendant': `${id}-${active}` } : {})}
          placeholder={t('search.placeholder')}
          autoComplete="off"
          spellCheck={false}
          maxLength={200}
          value={query}
          onChange={(event) => {
            setQuery(event.target.value);
            setActive(0);
          }}
          onKeyDown={(event) => {
            if (event.nativeEvent.isComposing) return;
            const vertical = event.key === 'ArrowDown' || event.key === 'ArrowUp';
            const target = searching && vertical ? moveTo(event, active, users.length) : null;
            if (target !== null) {
              event.preventDefault();
              setActive(target);
              document.getElementById(`${id}-${target}`)?.scrollIntoView({ block: 'nearest' });
            } else if (event.key === 'Enter' && searching) {
              event.preventDefault();
              choose(active);
            } else if (event.key === 'Escape') {
              event.preventDefault();
              event.stopPropagation();
              if (searching) setQuery('');
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
              setQuery('');
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
      </search>
      {searching ? (
        <SearchResults
          id={id}
          found={found}
          query={query}
          active={active}
          setActive={setActive}
          choose={choose}
        />
      ) : (
        children
      )}
    </>
  );
}
