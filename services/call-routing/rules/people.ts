// Whom a person's rules name. Pure.
import type { CallRules } from '../contract.ts';

export function peopleNamedIn(rules: CallRules): string[] {
  const { forwardAll, ringAlso, unanswered, busy, doNotDisturb, outsideHours } = rules;
  const targets = [forwardAll, unanswered.to, busy, doNotDisturb, outsideHours];
  const userIds = [...targets, ...ringAlso.map(({ target }) => target)].flatMap((target) =>
    target?.kind === 'user' ? target.userId : [],
  );
  return [...new Set(userIds)];
}
