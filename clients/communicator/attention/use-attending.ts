// Tells the server when somebody touches this window and what they look at in it: alerts go where people are.
import { useParams } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useLive, useLiveClient } from '../../kit/live/live-context.tsx';
import { looksAt } from './alerts.ts';

/** Touches are told this often at most; what is looked at, whenever it changes. */
const TELL_EVERY_MS = 30_000;
const SIGNS = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const;

export function useAttending(): void {
  const client = useLiveClient();
  const { conversationId } = useParams({ strict: false });
  const connected = useLive(({ connection }) => connection.kind === 'connected');

  useEffect(() => {
    if (!connected) return;
    let toldAt = 0;
    const tell = (active: boolean) => {
      if (active) toldAt = Date.now();
      void client.command('alert.attend', { active, looksAt: looksAt() });
    };
    const touched = () => {
      if (Date.now() - toldAt >= TELL_EVERY_MS) tell(true);
    };
    const focused = () => tell(true);
    const left = () => tell(false);
    const seen = () => tell(document.hasFocus());
    for (const sign of SIGNS) addEventListener(sign, touched, { passive: true, capture: true });
    addEventListener('focus', focused);
    addEventListener('blur', left);
    document.addEventListener('visibilitychange', seen);
    return () => {
      for (const sign of SIGNS) removeEventListener(sign, touched, { capture: true });
      removeEventListener('focus', focused);
      removeEventListener('blur', left);
      document.removeEventListener('visibilitychange', seen);
    };
  }, [client, connected]);

  useEffect(() => {
    // `conversationId` is what has changed; what is looked at is asked afresh.
    void conversationId;
    if (connected) void client.command('alert.attend', { active: document.hasFocus(), looksAt: looksAt() });
  }, [client, connected, conversationId]);
}
