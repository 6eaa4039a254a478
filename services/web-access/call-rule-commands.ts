// What a browser may ask about the call rules of the person who is signed in.
import { Type } from 'typebox';
import { getRules, planCall, putRules } from '../call-routing/contract.ts';

export const callRuleCommands = {
  'callRules.get': { request: Type.Object({}), reply: getRules.reply },
  'callRules.put': { request: Type.Pick(putRules.request, ['rules', 'version']), reply: putRules.reply },
  /** What happens if somebody calls, now or at another moment. */
  'callRules.plan': { request: Type.Pick(planCall.request, ['caller', 'at']), reply: planCall.reply },
} as const;
