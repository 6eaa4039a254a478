// A call that is handed over goes on with somebody else: the page goes with it, if it showed the call.
import { useEffect, useRef } from 'react';
import { useLive } from '../../kit/live/live-context.tsx';
import { useGoToCall } from './use-call.ts';
import { useShownSideId } from './use-shown-side.ts';

export function useFollowTransfer(): void {
  const shownId = useShownSideId();
  const goToCall = useGoToCall();
  const shown = useRef<{ readonly sideId: string; readonly address: string } | null>(null);
  const calls = useLive(({ live }) => live.calls);

  useEffect(() => {
    const before = shown.current;
    const side = calls[before?.sideId ?? ''];
    if (before !== null && side !== undefined && side.other.address !== before.address) {
      shown.current = { sideId: side.sideId, address: side.other.address };
      void goToCall(side);
      return;
    }
    const now = calls[shownId ?? ''];
    shown.current = now === undefined ? null : { sideId: now.sideId, address: now.other.address };
  }, [calls, shownId, goToCall]);
}
