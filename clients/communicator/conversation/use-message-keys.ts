// Arrow keys go from message to message; Enter goes into what can be done with one, Escape back out of it.
import { type RefObject, useEffect } from 'react';

export function useMessageKeys(box: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    function onKeyDown(event: KeyboardEvent): void {
      if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      const target = event.target as HTMLElement;
      const message = target.closest<HTMLElement>('article');
      if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
        // A menu or a picker has arrows of its own.
        if (target !== element && target !== message) return;
        move(element, message, event.key === 'ArrowUp' ? -1 : 1);
      } else if (event.key === 'Enter' && target === message) {
        message.querySelector<HTMLElement>('[role="toolbar"] button:not([tabindex="-1"])')?.focus();
      } else if (event.key === 'Escape' && message !== null && target !== message) {
        message.focus();
        event.stopPropagation();
      } else return;
      event.preventDefault();
    }
    element.addEventListener('keydown', onKeyDown);
    return () => element.removeEventListener('keydown', onKeyDown);
  }, [box]);
}

function move(box: HTMLElement | null, from: HTMLElement | null, by: 1 | -1): void {
  const all = [...(box?.querySelectorAll<HTMLElement>('article') ?? [])];
  const at = from === null ? all.length : all.indexOf(from);
  const next = all[at + by] ?? (from === null ? all.at(-1) : undefined);
  next?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: 'nearest' });
}
