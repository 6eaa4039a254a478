// Goes to the conversation with somebody; makes it if there is none.
import { useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';
import { useLiveClient } from '../../kit/live/live-context.tsx';
import { conversationWith } from '../../kit/live/selectors.ts';
import { useNotices } from '../../kit/widgets/notices.tsx';

export function useOpenChat(): (userId: string) => Promise<void> {
  const client = useLiveClient();
  const navigate = useNavigate();
  const notices = useNotices();
  return useCallback(
    async (userId) => {
      const known = conversationWith(client.store.getState().live, userId);
      const outcome =
        known === undefined
          ? await client.open([userId])
          : { ok: true as const, value: known.conversationId };
      if (!outcome.ok) return notices.fault(outcome.fault);
      await navigate({ to: '/c/$conversationId', params: { conversationId: outcome.value } });
    },
    [client, navigate, notices],
  );
}
