// What is wrong with rules that somebody wants to keep, field by field; the page shows it beside the field, and the server asks
// the same before it stores them. Pure.
import type { Allowances, CallRules, callRoutingErrors, RuleTarget } from '../contract.ts';
import { canonical } from './number.ts';

export type RuleProblem = Extract<
  keyof typeof callRoutingErrors.table,
  | 'ROUTING_CIRCLE'
  | 'ROUTING_NOT_ALLOWED'
  | 'ROUTING_BAD_NUMBER'
  | 'ROUTING_CANNOT_RING'
  | 'ROUTING_NO_SUCH_USER'
>;

export interface FieldProblem {
  /** `forwardAll`, `ringAlso.0`, `unanswered`, `blocked.3` … */
  readonly field: string;
  readonly code: RuleProblem;
}

export interface Knowledge {
  readonly ownerId: string;
  readonly allowances: Allowances;
  readonly isPerson: (userId: string) => boolean;
}

/** @param held what is kept now: what was allowed once and stays as it is, is not held against the person. */
export function problemsOf(rules: CallRules, held: CallRules, known: Knowledge): FieldProblem[] {
  const before = new Map(targetsOf(held).map(({ field, target }) => [field, JSON.stringify(target)]));
  const problems: FieldProblem[] = [];
  for (const { field, target } of targetsOf(rules)) {
    if (target === null || before.get(field) === JSON.stringify(target)) continue;
    const code = problemOf(target, field.startsWith('ringAlso') ? 'ringAlso' : 'forwarding', known);
    if (code !== undefined) problems.push({ field, code });
  }
  rules.blocked.forEach((entry, at) => {
    if (canonical(entry) === undefined) problems.push({ field: `blocked.${at}`, code: 'ROUTING_BAD_NUMBER' });
  });
  return problems;
}

function targetsOf(rules: CallRules): { field: string; target: RuleTarget | null }[] {
  const { forwardAll, ringAlso, unanswered, busy, doNotDisturb, outsideHours } = rules;
  return [
    { field: 'forwardAll', target: forwardAll },
    ...ringAlso.map(({ target }, at) => ({ field: `ringAlso.${at}`, target })),
    { field: 'unanswered', target: unanswered.to },
    { field: 'busy', target: busy },
    { field: 'doNotDisturb', target: doNotDisturb },
    { field: 'outsideHours', target: outsideHours },
  ];
}

export function problemOf(
  target: RuleTarget,
  way: 'forwarding' | 'ringAlso',
  { ownerId, allowances, isPerson }: Knowledge,
): RuleProblem | undefined {
  switch (target.kind) {
    case 'voicemail':
      if (way === 'ringAlso') return 'ROUTING_CANNOT_RING';
      return allowances.voicemail.allowed ? undefined : 'ROUTING_NOT_ALLOWED';
    case 'user':
      if (target.userId === ownerId) return 'ROUTING_CIRCLE';
      if (!isPerson(target.userId)) return 'ROUTING_NO_SUCH_USER';
      return allowances[way].allowed ? undefined : 'ROUTING_NOT_ALLOWED';
    case 'number':
      if (canonical(target.number) === undefined) return 'ROUTING_BAD_NUMBER';
      return allowances[way].allowed && allowances.outsideNumbers.allowed ? undefined : 'ROUTING_NOT_ALLOWED';
  }
}

/** The same rules in one spelling: a number or address of somebody of this server is that person. */
export function normalised(
  rules: CallRules,
  personOf: (numberOrAddress: string) => string | undefined,
): CallRules {
  function target(given: RuleTarget): RuleTarget {
    if (given.kind !== 'number') return given;
    const number = canonical(given.number) ?? given.number;
    const userId = personOf(number);
    return userId === undefined ? { kind: 'number', number } : { kind: 'user', userId };
  }
  const orNull = (given: RuleTarget | null) => (given === null ? null : target(given));
  return {
    ...rules,
    forwardAll: orNull(rules.forwardAll),
    ringAlso: rules.ringAlso.map((also) => ({ ...also, target: target(also.target) })),
    unanswered: { ...rules.unanswered, to: orNull(rules.unanswered.to) },
    busy: orNull(rules.busy),
    doNotDisturb: orNull(rules.doNotDisturb),
    outsideHours: orNull(rules.outsideHours),
    blocked: [...new Set(rules.blocked.map((entry) => canonical(entry) ?? entry))],
  };
}
