// Tells the server what happens at this machine: when somebody comes, when nobody has touched it for a minute, when the
// screen is locked. What state follows, and when, is the server's affair.
import { useEffect, useRef } from 'react';
import { useLive, useLiveClient } from '../../kit/live/live-context.tsx';
import { ALLOWED, watchIdle } from './idle-detection.ts';
import { IDLE_AFTER_MS, machineUse } from './machine-use.ts';

const LOOK_EVERY_MS = 15_000;
const TOUCHES = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart', 'focus'] as const;

export function useActivity(): void {
  const client = useLiveClient();
  const connected = useLive(({ connection }) => connection.kind === 'connected');
  // A connection that was lost and is back is no input.
  const signs = useRef({ lastInputMs: Date.now(), isLocked: false });

  useEffect(() => {
    if (!connected) return;
    let said = '';
    const ending = new AbortController();
    const { signal } = ending;

    const say = () => {
      const use = machineUse(signs.current, Date.now());
      if (said === use.machine) return;
      said = use.machine;
      client.activity(use);
    };
    const touched = () => {
      signs.current = { lastInputMs: Date.now(), isLocked: false };
      if (said !== 'active') say();
    };
    let isAtWork = false;
    const look = setInterval(() => {
      // Somebody types in another program.
      if (isAtWork) signs.current.lastInputMs = Date.now();
      say();
    }, LOOK_EVERY_MS);
    const detect = () =>
      void watchIdle(signal, ({ isIdle, isLocked }) => {
        const wasAtWork = isAtWork;
        isAtWork = !isIdle && !isLocked;
        if (isAtWork) signs.current = { lastInputMs: Date.now(), isLocked: false };
        // The detector says so after a minute.
        else if (wasAtWork && isIdle) signs.current.lastInputMs = Date.now() - IDLE_AFTER_MS;
        signs.current.isLocked = isLocked;
        say();
      });

    for (const touch of TOUCHES) addEventListener(touch, touched, { passive: true, capture: true, signal });
    addEventListener(ALLOWED, detect, { signal });
    detect();
    say();
    return () => {
      clearInterval(look);
      ending.abort();
    };
  }, [client, connected]);
}
