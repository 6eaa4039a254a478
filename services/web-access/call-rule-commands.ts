// What a browser may ask about the call rules of the person who is signed in.
import { Type } from 'typebox';
import { type CallRules, getRules, planCall, putRules } from '../call-routing/contract.ts';

export const callRuleCommands = {
  'callRules.get': { request: Type.Object({}), reply: getRules.reply },
  'callRules.put': { request: Type.Pick(putRules.request, ['rules', 'version']), reply: putRules.reply },
  /** What happens if somebody calls, now or at another moment. */
  'callRules.plan': { request: Type.Pick(planCall.request, ['caller', 'at']), reply: planCall.reply },
} as const;

export function peopleNamedIn(rules: CallRules): string[] {
  const { forwardAll, ringAlso, unanswered, busy, doNotDisturb, outsideHours } = rules;
  const targets = [forwardAll, unanswered.to, busy, doNotDisturb, outsideHours];
  return [...targets, ...ringAlso.map(({ target }) => target)].flatMap((target) =>
    target?.kind === 'user' ? target.userId : [],
  );
}
