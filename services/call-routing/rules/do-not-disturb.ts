// Do not disturb: only the team rings through; everybody else goes where the person said. Pure.
import type { Rule, Situation } from './situation.ts';
import { callerOf, lastlyTo, named, refusal } from './target.ts';

export const doNotDisturb: Rule = (situation) => {
  const target = situation.rules.doNotDisturb;
  if (!holdsThen(situation)) return { said: [{ wording: 'disturbNot', matched: false }] };
  if (situation.isTeam)
    return { said: [{ wording: 'disturbTeam', matched: true, values: { caller: callerOf(situation) } }] };
  if (target === null) return { said: [{ wording: 'disturbRings', matched: false }] };
  const refused = refusal(situation, target, 'forwarding');
  if (refused !== undefined)
    return {
      said: [refused, { wording: 'disturbRefused', matched: true }],
      course: { ends: true, rings: [], busy: null, lastly: { kind: 'refuse', reason: 'busy' } },
    };
  return {
    said: [{ wording: 'disturbGoes', matched: true, values: { target: named(situation, target) } }],
    course: { ends: true, rings: [], busy: null, lastly: lastlyTo(situation, target) },
  };
};

/** At another moment the state is taken to be as it is now, unless it is known to end before. */
function holdsThen({ isUndisturbed, undisturbedUntil, at }: Situation): boolean {
  return isUndisturbed && (undisturbedUntil === undefined || at < undisturbedUntil);
}
