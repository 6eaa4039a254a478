// Where a call goes that nobody takes. Pure.
import type { Rule } from './situation.ts';
import { lastlyTo, named, refusal } from './target.ts';

export const unanswered: Rule = (situation, { isResting }) => {
  const { afterS, to } = situation.rules.unanswered;
  const seconds = { kind: 'count', count: afterS } as const;
  // Outside working hours nothing is forwarded, but a message can still be left.
  const target = isResting && to?.kind !== 'voicemail' ? null : to;
  const refused = target === null ? undefined : refusal(situation, target, 'forwarding');
  if (target === null || refused !== undefined)
    return {
      said: [
        ...(refused === undefined ? [] : [refused]),
        { wording: 'unansweredEnds', matched: true, values: { seconds } },
      ],
      course: { lastly: { kind: 'refuse', reason: 'unanswered' } },
    };
  return {
    said: [
      { wording: 'unansweredGoes', matched: true, values: { seconds, target: named(situation, target) } },
    ],
    course: { lastly: lastlyTo(situation, target) },
  };
};
