// The call that the page in front shows in full, if any.
import { useParams } from '@tanstack/react-router';
import { callIn } from '../../kit/calls/sides.ts';
import { useLive } from '../../kit/live/live-context.tsx';
import { othersOf } from '../../kit/live/selectors.ts';

export function useShownSideId(): string | undefined {
  const { conversationId, sideId } = useParams({ strict: false });
  const inConversation = useLive(({ live }) => {
    const conversation = conversationId === undefined ? undefined : live.conversations[conversationId];
    if (conversation === undefined || conversation.isGroup === true) return undefined;
    const others = othersOf(live, conversation);
    const other = others.length === 1 ? others[0] : undefined;
    return callIn(live.calls, conversation.conversationId, other)?.sideId;
  });
  return inConversation ?? sideId;
}
