// All emoji in groups, with a search and those chosen last. Arrow keys move, Enter chooses.
import { SearchBox } from '@fluentui/react-components';
import { type KeyboardEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EMOJI, type Emoji, GROUPS, searchEmoji } from './emoji-data.ts';
import styles from './emoji-picker.module.css';
import { recentEmoji, rememberEmoji } from './recent-emoji.ts';

const COLUMNS = 8;

export default function EmojiPicker({ choose }: { readonly choose: (emoji: string) => void }) {
  const { t } = useTranslation();
  const [query, setQuery] = useState('');
  const [recent] = useState(recentEmoji);
  const grid = useRef<HTMLDivElement>(null);
  const found = query.trim() === '' ? null : searchEmoji(query);

  function pick(emoji: string): void {
    rememberEmoji(emoji);
    choose(emoji);
  }

  function onKeyDown(event: KeyboardEvent): void {
    const all = [...(grid.current?.querySelectorAll<HTMLButtonElement>('button') ?? [])];
    const at = all.indexOf(document.activeElement as HTMLButtonElement);
    const ahead = document.documentElement.dir === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: at < 0 ? 1 : COLUMNS,
      ArrowUp: -COLUMNS,
      ArrowLeft: ahead === 'ArrowLeft' ? 1 : -1,
      ArrowRight: ahead === 'ArrowRight' ? 1 : -1,
    };
    const by = steps[event.key];
    if (event.key === 'Enter' && at < 0) all[0]?.click();
    else if (by === undefined || (at < 0 && event.key !== 'ArrowDown')) return;
    else if (event.key === 'ArrowUp' && at < COLUMNS) event.currentTarget.querySelector('input')?.focus();
    else all[Math.min(Math.max(at + by, 0), all.length - 1)]?.focus();
    event.preventDefault();
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys of the buttons and the search box within
    <div className={styles.picker} onKeyDown={onKeyDown}>
      <SearchBox
        autoFocus
        size="medium"
        value={query}
        placeholder={t('emoji.search')}
        aria-label={t('emoji.search')}
        dismiss={{ 'aria-label': t('search.clear') }}
        onChange={(_, { value }) => setQuery(value)}
      />
      <div ref={grid} className={styles.groups}>
        {found === null ? (
          <>
            <Group
              title={t('emoji.recent')}
              items={recent.map((emoji) => ({ emoji, code: '' }))}
              pick={pick}
            />
            {GROUPS.map((group) => (
              <Group key={group} title={t(`emoji.groups.${group}`)} items={EMOJI[group]} pick={pick} />
            ))}
          </>
        ) : (
          <Group title={t('emoji.found', { count: found.length })} items={found} pick={pick} />
        )}
      </div>
    </div>
  );
}

interface GroupProps {
  readonly title: string;
  readonly items: readonly Pick<Emoji, 'emoji' | 'code'>[];
  readonly pick: (emoji: string) => void;
}

function Group({ title, items, pick }: GroupProps) {
  return (
    <section>
      <h3 className={styles.title}>{title}</h3>
      <div className={styles.grid}>
        {items.map(({ emoji, code }, index) => (
          <button
            key={emoji}
            type="button"
            className={styles.emoji}
            tabIndex={index === 0 ? 0 : -1}
            title={code === '' ? undefined : `:${code}:`}
            onClick={() => pick(emoji)}
          >
            {emoji}
          </button>
        ))}
      </div>
    </section>
  );
}
