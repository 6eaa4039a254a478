// Opens a chat at one of its messages: one that a search found, or that was answered.
import type { UseNavigateResult } from '@tanstack/react-router';
import type { Found } from '../../kit/contracts.ts';
import type { LiveClient } from '../../kit/live/live-client.ts';

declare module '@tanstack/react-router' {
  interface HistoryState {
    /** Another number for each jump: one may jump to the same message again. */
    readonly jump?: number;
  }
}

let jumps = 0;

export async function jumpTo(
  client: LiveClient,
  navigate: UseNavigateResult<string>,
  { conversationId, seq }: Pick<Found, 'conversationId' | 'seq'>,
): Promise<void> {
  // What is loaded already is shown at once; what cannot be loaded is said there.
  await client.loadAround(conversationId, seq);
  jumps += 1;
  await navigate({
    to: '/c/$conversationId',
    params: { conversationId },
    search: { at: seq },
    state: { jump: jumps },
  });
}
