// Keeps the active row of a list whose container has the focus (`aria-activedescendant`), for lists of any length.
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { moveTo, TYPE_AHEAD_MS, typeAhead } from './list-keys.ts';

interface ListKeysOptions {
  readonly names: readonly string[];
  readonly scrollTo: (index: number) => void;
  readonly onEnter: (index: number) => void;
  /** Other keys; true if one was used. */
  readonly onKey?: (event: KeyboardEvent, index: number) => boolean;
}

export function useListKeys({ names, scrollTo, onEnter, onKey }: ListKeysOptions) {
  const [active, setActive] = useState(0);
  const typed = useRef({ text: '', atMs: 0 });
  const current = Math.min(active, Math.max(0, names.length - 1));

  useEffect(() => setActive(current), [current]);

  function activate(index: number): void {
    setActive(index);
    scrollTo(index);
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.target !== event.currentTarget || event.nativeEvent.isComposing) return;
    const target = moveTo(event, current, names.length);
    if (target !== null) {
      event.preventDefault();
      activate(target);
    } else if (event.key === 'Enter' && names.length > 0) {
      event.preventDefault();
      onEnter(current);
    } else if (onKey?.(event, current) === true) {
      event.preventDefault();
    } else if (isLetter(event)) {
      const nowMs = event.timeStamp;
      const before = nowMs - typed.current.atMs < TYPE_AHEAD_MS ? typed.current.text : '';
      typed.current = { text: before + event.key, atMs: nowMs };
      const found = typeAhead(names, typed.current.text, current);
      if (found !== null) activate(found);
    }
  }

  return { active: current, setActive, onKeyDown };
}

function isLetter(event: KeyboardEvent): boolean {
  return /^[\p{L}\p{N}]$/u.test(event.key) && !event.ctrlKey && !event.altKey && !event.metaKey;
}
