// Everything of alerts that lives as long as the page: taking them back when read, opening what a notification names,
// sending what was answered in one, and the words of the service worker.
import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useLive, useLiveClient } from '../../kit/live/live-context.tsx';
import { watchReading } from './alerts.ts';
import { takeReplies, teachWords } from './notifications.ts';
import { keepSubscription } from './push-subscription.ts';

export function useAlerts(): void {
  const client = useLiveClient();
  const navigate = useNavigate();
  const { t } = useTranslation();
  const connected = useLive(({ connection }) => connection.kind === 'connected');

  useEffect(() => watchReading(client), [client]);

  useEffect(() => {
    if (!('serviceWorker' in navigator)) return;
    const asked = ({ data }: MessageEvent<{ type?: unknown; conversationId?: unknown } | null>) => {
      if (data?.type !== 'open' || typeof data.conversationId !== 'string') return;
      void navigate({ to: '/c/$conversationId', params: { conversationId: data.conversationId } });
    };
    navigator.serviceWorker.addEventListener('message', asked);
    return () => navigator.serviceWorker.removeEventListener('message', asked);
  }, [navigate]);

  useEffect(() => {
    void teachWords(t).catch(() => {});
  }, [t]);

  useEffect(() => {
    if (!connected) return;
    const send = () => {
      if (document.visibilityState !== 'visible') return;
      void takeReplies().then((replies) => {
        for (const { conversationId, text, clientId } of replies)
          client.send(conversationId, text, {}, clientId);
      });
    };
    send();
    document.addEventListener('visibilitychange', send);
    void keepSubscription(client).catch(() => {});
    return () => document.removeEventListener('visibilitychange', send);
  }, [client, connected]);
}
