// Every call at once somewhere else; the person's own devices stay still. Pure.
import type { Rule } from './situation.ts';
import { lastlyTo, named, refusal } from './target.ts';

export const forwardAll: Rule = (situation, { isResting }) => {
  const target = situation.rules.forwardAll;
  if (isResting) return { said: [] };
  if (target === null) return { said: [{ wording: 'forwardNot', matched: false }] };
  const refused = refusal(situation, target, 'forwarding');
  if (refused !== undefined) return { said: [refused] };
  return {
    said: [{ wording: 'forwardGoes', matched: true, values: { target: named(situation, target) } }],
    course: { ends: true, rings: [], busy: null, lastly: lastlyTo(situation, target) },
  };
};
