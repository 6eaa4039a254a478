// Which dialog covers the workspace; when it closes, the focus is where it was before.
import { useCallback, useEffect, useRef, useState } from 'react';

export type Overlay = 'settings' | 'help';

export function useOverlay() {
  const [overlay, setOverlay] = useState<Overlay | null>(null);
  const cameFrom = useRef<Element | null>(null);

  const openOverlay = useCallback((wanted: Overlay) => {
    const { activeElement } = document;
    // A menu is gone by then; the button that opened it is not.
    const inMenu = activeElement?.closest('[role="menu"]') !== null;
    cameFrom.current = inMenu ? document.querySelector('[data-menu-button]') : activeElement;
    setOverlay(wanted);
  }, []);
  const closeOverlay = useCallback(() => setOverlay(null), []);

  useEffect(() => {
    if (overlay !== null || !(cameFrom.current instanceof HTMLElement)) return;
    cameFrom.current.focus();
    cameFrom.current = null;
  }, [overlay]);

  return { overlay, openOverlay, closeOverlay };
}
