// One message of a conversation, wherever it stands.
import { useEffect, useState } from 'react';
import type { Message } from '../../../kit/contracts.ts';
import { useLive, useLiveClient } from '../../../kit/live/live-context.tsx';
import { messageIn } from '../../../kit/live/thread.ts';

/** From the loaded part of the conversation, or asked for alone; null while it is not known. */
export function useMessage(conversationId: string, seq: number): Message | null {
  const client = useLiveClient();
  const loaded = useLive(({ live }) => messageIn(live.threads[conversationId], seq));
  const [fetched, setFetched] = useState<Message | null>(null);
  const isMissing = loaded === undefined && fetched === null;
  useEffect(() => {
    if (!isMissing) return;
    let isHere = true;
    const request = { conversationId, beforeSeq: seq + 1, limit: 1 };
    void client.command('im.history', request).then((outcome) => {
      const [found] = outcome.ok ? outcome.value.messages : [];
      if (isHere && found?.seq === seq) setFetched(found);
    });
    return () => {
      isHere = false;
    };
  }, [client, conversationId, seq, isMissing]);
  return loaded ?? fetched;
}
