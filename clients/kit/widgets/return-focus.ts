// For a component that lives as long as its dialog: when it goes, the focus is back where it came from. It also tells
// Fluent's focus keeper that the dialog is over, so that the page behind is shown to screen readers again.
import { useEffect, useLayoutEffect, useRef } from 'react';

const SOMEWHERE = '[role="dialog"] button, main button, main a';

export function useReturnFocus(): void {
  const cameFrom = useRef<Element | null>(null);

  useLayoutEffect(() => {
    cameFrom.current = document.activeElement;
  }, []);

  useEffect(
    () => () => {
      const { current } = cameFrom;
      const usable = current instanceof HTMLElement && current.isConnected && current !== document.body;
      const target = usable ? current : document.querySelector<HTMLElement>(SOMEWHERE);
      target?.focus();
    },
    [],
  );
}
