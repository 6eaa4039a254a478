// Where a call goes when a device says that the person is busy. Pure.
import type { Rule } from './situation.ts';
import { named, refusal } from './target.ts';

export const busy: Rule = (situation, { isResting }) => {
  const given = situation.rules.busy;
  const target = isResting && given?.kind !== 'voicemail' ? null : given;
  const refused = target === null ? undefined : refusal(situation, target, 'forwarding');
  if (target === null || refused !== undefined)
    return {
      said: [...(refused === undefined ? [] : [refused]), { wording: 'busyEnds', matched: true }],
      course: { busy: null },
    };
  return {
    said: [{ wording: 'busyGoes', matched: true, values: { target: named(situation, target) } }],
    course: { busy: target },
  };
};
