// When the telephone is loaded: at once where a call is there or one wants to call, else when the page has shown what one came for.
import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { useLive } from '../../kit/live/live-context.tsx';
import { phone } from './phone.ts';

/** After the list of people stands; nobody calls sooner than that. */
const LATER_MS = 1_500;

export function usePhoneWanted(): boolean {
  const ready = useLive((state) => state.ready);
  const isInCall = useLive(({ live }) => Object.keys(live.calls).length > 0);
  const isAsked = useStore(phone, ({ isWanted }) => isWanted);
  const [isLater, setIsLater] = useState(false);
  useEffect(() => {
    if (!ready) return;
    const timer = setTimeout(() => setIsLater(true), LATER_MS);
    return () => clearTimeout(timer);
  }, [ready]);
  return ready && (isInCall || isAsked || isLater);
}
