// Tells the server whether somebody is at this browser: away after a quarter of an hour without a touch.
import { useEffect } from 'react';
import { useLive, useLiveClient } from '../../kit/live/live-context.tsx';

const IDLE_MS = 15 * 60_000;
const LOOK_EVERY_MS = 30_000;
const SIGNS = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart', 'focus'] as const;

export function useActivity(): void {
  const client = useLiveClient();
  const connected = useLive(({ connection }) => connection.kind === 'connected');

  useEffect(() => {
    if (!connected) return;
    let lastTouch = Date.now();
    let said: 'available' | 'away' | null = null;
    const say = (state: 'available' | 'away') => {
      if (said !== state) client.activity(state);
      said = state;
    };
    const touched = () => {
      lastTouch = Date.now();
      say('available');
    };
    const look = setInterval(() => {
      if (Date.now() - lastTouch >= IDLE_MS) say('away');
    }, LOOK_EVERY_MS);
    for (const sign of SIGNS) addEventListener(sign, touched, { passive: true, capture: true });
    say('available');
    return () => {
      clearInterval(look);
      for (const sign of SIGNS) removeEventListener(sign, touched, { capture: true });
    };
  }, [client, connected]);
}
