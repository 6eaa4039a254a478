// Keeps the marks of the others current while a conversation is open: events tell who has read; whose device has a message
// is asked after one was sent and when somebody comes online.
import { useEffect } from 'react';
import { useLive, useLiveClient } from '../../kit/live/live-context.tsx';
import { presenceOf } from '../../kit/live/selectors.ts';

/** Messages that follow each other are asked about once. */
const PAUSE_MS = 700;

export function useReceipts(conversationId: string, others: readonly string[]): void {
  const client = useLiveClient();
  const isWanted = useLive(
    ({ ready, connection, live }) =>
      ready &&
      connection.kind === 'connected' &&
      live.policy?.receipts === true &&
      !live.policy.hidesReceipts &&
      live.conversations[conversationId] !== undefined &&
      live.conversations[conversationId].isPast !== true,
  );
  const lastOwn = useLive(({ live }) => {
    const last = live.conversations[conversationId]?.lastMessage;
    return last?.senderId === live.me?.userId ? (last?.seq ?? 0) : 0;
  });
  const online = useLive(({ live }) => others.filter((id) => presenceOf(live, id) !== 'offline').length);

  useEffect(() => {
    if (isWanted) void client.loadReceipts(conversationId);
  }, [client, conversationId, isWanted]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: who is online is the reason to ask again
  useEffect(() => {
    if (!isWanted || lastOwn === 0) return;
    const timer = setTimeout(() => void client.loadReceipts(conversationId), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [client, conversationId, isWanted, lastOwn, online]);
}
