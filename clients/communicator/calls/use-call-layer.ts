// The telephone of the page, loaded at once where a call is there or one wants to call, else when the page has shown what one
// came for. Without a server it waits for one: a page without a telephone is better than none.
import { type ComponentType, useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { useLive } from '../../kit/live/live-context.tsx';
import { phone } from './phone.ts';

/** After the list of people stands; nobody calls sooner than that. */
const LATER_MS = 1_500;

/** @returns null until it is loaded. */
export function useCallLayer(): ComponentType | null {
  const ready = useLive((state) => state.ready);
  const connected = useLive(({ connection }) => connection.kind === 'connected');
  const isInCall = useLive(({ live }) => Object.keys(live.calls).length > 0);
  const isAsked = useStore(phone, ({ isWanted }) => isWanted);
  const [isLater, setIsLater] = useState(false);
  const [layer, setLayer] = useState<ComponentType | null>(null);
  const isWanted = connected && layer === null && (isInCall || isAsked || isLater);

  useEffect(() => {
    if (!ready) return;
    const timer = setTimeout(() => setIsLater(true), LATER_MS);
    return () => clearTimeout(timer);
  }, [ready]);
  useEffect(() => {
    if (!isWanted) return;
    import('./call-layer.tsx').then(
      (module) => setLayer(() => module.default),
      () => undefined,
    );
  }, [isWanted]);
  return layer;
}
