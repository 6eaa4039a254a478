// How the end of a call reads, for each of its people. Pure.
import type { CallSide, EndReason } from './contract.ts';

type End = NonNullable<CallSide['end']>;

const SENTENCES: Readonly<Record<EndReason, { readonly sentence: string; readonly remedy?: string }>> = {
  'hung-up': { sentence: 'The call is over.' },
  cancelled: { sentence: 'The caller gave up.' },
  declined: { sentence: 'The call was declined.', remedy: 'Write a message or call later.' },
  busy: { sentence: 'This person is in other calls.', remedy: 'Write a message or call later.' },
  unanswered: { sentence: 'Nobody answered.', remedy: 'Write a message or call later.' },
  'answered-elsewhere': { sentence: 'Somebody else took the call.' },
  transferred: { sentence: 'The call goes on with somebody else.' },
  forwarded: { sentence: 'The call was sent on.' },
  voicemail: { sentence: 'The call went to the voicemail.' },
  unreachable: {
    sentence: 'This person cannot be reached now.',
    remedy: 'Write a message or call later.',
  },
  'not-found': { sentence: 'Nobody has this number or address.', remedy: 'Check what you typed.' },
  refused: { sentence: 'The call was refused.', remedy: 'Write a message instead.' },
  'no-common-media': {
    sentence: 'The two devices have no way of speaking in common.',
    remedy: 'Call from another device.',
  },
  'media-lost': { sentence: 'The connection of the call was lost.', remedy: 'Call again.' },
  failed: { sentence: 'The server that carried the call has stopped.', remedy: 'Call again.' },
};

export function endOf(reason: EndReason, by: End['by']): End {
  const said = SENTENCES[reason];
  // Who did it needs no advice.
  if (by === 'me') return { reason, sentence: said.sentence, by };
  return { reason, ...said, by };
}

const NOBODY_TOOK_IT: ReadonlySet<EndReason> = new Set([
  'unanswered',
  'cancelled',
  'unreachable',
  'busy',
  'voicemail',
  'failed',
]);

/** Rang for this person, or would have, and no device of theirs took it. */
export function isMissed({ direction, answeredAt, end }: CallSide): boolean {
  return (
    direction === 'in' && answeredAt === undefined && end !== undefined && NOBODY_TOOK_IT.has(end.reason)
  );
}
