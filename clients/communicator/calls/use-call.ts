// Begins a call and shows it: beside the chat with the person, or by itself where there is none.
import { useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { Target } from '../../kit/calls/softphone-state.ts';
import { useOpenChat } from '../people/use-open-chat.ts';
import { whenThere } from './phone.ts';

interface CallOptions {
  readonly video?: boolean;
  /** The call that is to be handed over to this one. */
  readonly consultsFor?: string;
}

export function useCall(): (target: Target, options?: CallOptions) => Promise<void> {
  const navigate = useNavigate();
  const openChat = useOpenChat();
  return useCallback(
    async (target, options = {}) => {
      const softphone = await whenThere();
      const placed = softphone.place(target, options);
      if ('userId' in target.to) await openChat(target.to.userId);
      const outcome = await placed;
      if (outcome.ok && outcome.value !== '' && !('userId' in target.to))
        await navigate({ to: '/call/$sideId', params: { sideId: outcome.value } });
    },
    [navigate, openChat],
  );
}

/** Goes to where a call is shown. */
export function useGoToCall(): (side: {
  readonly sideId: string;
  readonly other: { readonly userId?: string };
}) => Promise<void> {
  const navigate = useNavigate();
  const openChat = useOpenChat();
  return useCallback(
    async ({ sideId, other }) => {
      if (other.userId !== undefined) await openChat(other.userId);
      else await navigate({ to: '/call/$sideId', params: { sideId } });
    },
    [navigate, openChat],
  );
}
