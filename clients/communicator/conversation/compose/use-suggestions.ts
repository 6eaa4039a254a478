// What fits the word before the caret: people behind `@`, emoji behind `:`. A code that is typed to its end is finished.
import { useEffect, useMemo, useState } from 'react';
import { loadEmoji } from '../emoji/emoji-codes.ts';
import type { Mentioned } from '../markdown/tree.ts';
import { fittingPeople, mentionQuery } from './mentions.ts';

type EmojiData = typeof import('../emoji/emoji-data.ts');

/** What would stand from there to there. */
export interface Suggestion {
  readonly key: string;
  readonly from: number;
  readonly to: number;
  readonly text: string;
  readonly label: string;
  readonly sign: string;
}

const CODE = /(?:^|\s):([a-zäöü][a-zäöü_]{1,20})(:?)$/i;

export function useSuggestions(text: string, caret: number, people: readonly Mentioned[]) {
  const [active, setActive] = useState(0);
  const [closed, setClosed] = useState('');
  const [emoji, setEmoji] = useState<EmojiData | null>(null);
  const before = text.slice(0, caret);
  const code = CODE.exec(before.slice(-30));
  const isWriting = text !== '';

  useEffect(() => {
    if (isWriting && emoji === null) loadEmoji().then(setEmoji, () => {});
  }, [isWriting, emoji]);

  const items = useMemo<readonly Suggestion[]>(() => {
    if (closed === before) return [];
    const mention = mentionQuery(text, caret);
    if (mention !== null)
      return fittingPeople(people, mention.query).map(({ userId, name }) => ({
        key: userId,
        from: mention.from,
        to: caret,
        text: `@${name} `,
        label: name,
        sign: '@',
      }));
    const start = CODE.exec(before.slice(-30));
    if (start === null || emoji === null || start[2] === ':') return [];
    const [, query = ''] = start;
    return emoji.codesFrom(query).map((one) => ({
      key: one.code,
      from: caret - query.length - 1,
      to: caret,
      text: `${one.emoji} `,
      label: `:${one.code}:`,
      sign: one.emoji,
    }));
  }, [closed, before, text, caret, people, emoji]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another word has another first one
  useEffect(() => setActive(0), [before]);

  const whole = code?.[2] === ':' ? emoji?.emojiOf(code[1] ?? '') : undefined;
  const wholeLength = (code?.[1]?.length ?? 0) + 2;
  const finished = useMemo<Suggestion | null>(
    () =>
      whole === undefined
        ? null
        : { key: whole, from: caret - wholeLength, to: caret, text: whole, label: whole, sign: whole },
    [whole, caret, wholeLength],
  );

  return {
    items,
    active,
    finished,
    close: () => setClosed(before),
    /** @returns whether the key was for the list. */
    onKey(key: string, accept: (item: Suggestion) => void): boolean {
      const item = items[active];
      if (item === undefined) return false;
      if (key === 'ArrowDown') setActive((active + 1) % items.length);
      else if (key === 'ArrowUp') setActive((active + items.length - 1) % items.length);
      else if (key === 'Enter' || key === 'Tab') accept(item);
      else if (key === 'Escape') setClosed(before);
      else return false;
      return true;
    },
  };
}
