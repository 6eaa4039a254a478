// Tells the others that somebody is typing here, and when not any more.
import { useEffect, useRef } from 'react';
import { useLiveClient } from '../../../kit/live/live-context.tsx';

/** "Is typing" is said again this often, and taken back after this long without a key. */
const SAY_AGAIN_MS = 4000;
const TAKE_BACK_MS = 6000;

export function useTypingNotice(conversationId: string) {
  const client = useLiveClient();
  const saidAt = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  function stop(): void {
    clearTimeout(timer.current);
    if (saidAt.current === 0) return;
    saidAt.current = 0;
    client.typing(conversationId, false);
  }

  function say(): void {
    const nowMs = Date.now();
    clearTimeout(timer.current);
    timer.current = setTimeout(stop, TAKE_BACK_MS);
    if (nowMs - saidAt.current < SAY_AGAIN_MS) return;
    saidAt.current = nowMs;
    client.typing(conversationId, true);
  }

  const latest = useRef(stop);
  latest.current = stop;
  useEffect(() => () => latest.current(), []);
  return { say, stop };
}
