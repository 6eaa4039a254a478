// A call never goes back to somebody who has sent it on, and is not sent on for ever. Pure.
import type { RuleTarget, StepValue } from '../contract.ts';
import type { Said, Situation } from './situation.ts';

/** How often a call is sent on before it stays where it is. */
export const LONGEST_CHAIN = 5;

export function circle(
  { calleeId, through }: Situation,
  target: RuleTarget,
  name: StepValue,
): Said | undefined {
  if (target.kind === 'voicemail') return undefined;
  if (target.kind === 'user' && target.userId === calleeId) return { wording: 'circleSelf', matched: true };
  if (target.kind === 'user' && through.includes(target.userId))
    return { wording: 'circle', matched: true, values: { target: name } };
  if (through.length < LONGEST_CHAIN) return undefined;
  const times: StepValue = { kind: 'count', count: through.length };
  return { wording: 'circleChain', matched: true, values: { target: name, times } };
}
