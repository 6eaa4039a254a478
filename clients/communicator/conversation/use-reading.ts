// Marks a conversation read when its end is really looked at, and remembers where the line "New" stands.
import { useEffect, useState } from 'react';
import { useLive, useLiveClient } from '../../kit/live/live-context.tsx';

export function useReading(conversationId: string, atEnd: boolean): number | null {
  const client = useLiveClient();
  const conversation = useLive(({ live }) => live.conversations[conversationId]);
  const connected = useLive(({ connection }) => connection.kind === 'connected');
  const unread = conversation?.unread ?? 0;
  const readSeq = conversation?.readSeq ?? 0;
  const looking = useLooking();
  const [line, setLine] = useState<number | null>(unread > 0 ? readSeq : null);
  const attending = looking && atEnd;

  useEffect(() => {
    // What comes while nobody looks gets a line above it; one's own answer takes the line away.
    if (unread > 0 && !attending) setLine((current) => current ?? readSeq);
  }, [unread, attending, readSeq]);

  useEffect(() => {
    if (attending && connected && unread > 0) void client.markRead(conversationId);
  }, [attending, connected, unread, client, conversationId]);

  const ownLast = useLive(({ live }) => conversation?.lastMessage?.senderId === live.me?.userId);
  useEffect(() => {
    if (ownLast) setLine(null);
  }, [ownLast]);

  return line;
}

function useLooking(): boolean {
  const [looking, setLooking] = useState(isLooking);
  useEffect(() => {
    const look = () => setLooking(isLooking());
    addEventListener('focus', look);
    addEventListener('blur', look);
    document.addEventListener('visibilitychange', look);
    return () => {
      removeEventListener('focus', look);
      removeEventListener('blur', look);
      document.removeEventListener('visibilitychange', look);
    };
  }, []);
  return looking;
}

function isLooking(): boolean {
  return document.visibilityState === 'visible' && document.hasFocus();
}
