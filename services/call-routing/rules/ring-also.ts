// Other people's devices and numbers that ring with the person's own. A colleague's rules are not followed from here: what they
// forward would ring who was not asked. Pure.
import type { RingTarget, RuleTarget, StepValue } from '../contract.ts';
import type { Ring, Rule, Said } from './situation.ts';
import { named, refusal } from './target.ts';

export const ringAlso: Rule = (situation, { isResting, rings }) => {
  const { rules, mayRing, allowances } = situation;
  if (isResting) return { said: [] };
  if (rules.ringAlso.length === 0) return { said: [{ wording: 'ringAlsoNot', matched: false }] };
  const said: Said[] = [];
  const added: Ring[] = [];
  for (const { target, delayS } of rules.ringAlso) {
    const values: Record<string, StepValue> = {
      target: named(situation, target),
      seconds: { kind: 'count', count: delayS },
    };
    const refused = refusal(situation, target, 'ringAlso');
    if (refused !== undefined) said.push(refused);
    else if (delayS >= rules.unanswered.afterS)
      said.push({ wording: 'ringAlsoLate', matched: false, values });
    else if (target.kind === 'user' && !mayRing(target.userId))
      said.push({ wording: 'ringAlsoAway', matched: false, values });
    else {
      said.push({ wording: delayS === 0 ? 'ringAlsoAtOnce' : 'ringAlsoLater', matched: true, values });
      // Colleagues ring at their devices, which have no mailbox of their own.
      const tooSoonMs = target.kind === 'number' ? allowances.tooSoonMs : undefined;
      if (tooSoonMs !== undefined) said.push({ wording: 'ringAlsoMailbox', matched: true, values });
      added.push({ target: ringing(target), delayS, ...(tooSoonMs === undefined ? {} : { tooSoonMs }) });
    }
  }
  return { said, course: { rings: [...rings, ...added] } };
};

function ringing(target: RuleTarget): RingTarget {
  return target.kind === 'user' ? { kind: 'devices', userId: target.userId } : target;
}
