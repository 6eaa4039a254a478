// The flow that is drawn: rows in the order in which a call meets them, made by the same rules that the server runs. Pure.
import { plan } from '@parley/services/call-routing/rules/plan';
import type { Situation } from '@parley/services/call-routing/rules/situation';
import type { Allowances, CallPlan, CallRules, RuleTarget } from '../contracts.ts';

export type ToldReason = Extract<CallPlan['lastly'], { kind: 'refuse' }>['reason'];
/** Where a call goes: to a target, nowhere, or to the own devices while the rules rest. */
export type Goes =
  | { readonly kind: 'target'; readonly target: RuleTarget }
  | { readonly kind: 'told'; readonly reason: ToldReason }
  | { readonly kind: 'rest' };

export type FlowRow =
  | { readonly kind: 'blocked'; readonly count: number; readonly goes: Goes }
  | { readonly kind: 'branch'; readonly when: 'doNotDisturb' | 'outsideHours' | 'busy'; readonly goes: Goes }
  | {
      readonly kind: 'ring';
      readonly rings: CallPlan['stages'][number]['rings'];
      readonly forS: number;
    }
  /** `afterS` null: nothing rings before. */
  | { readonly kind: 'end'; readonly afterS: number | null; readonly goes: Goes };

/** What the rules make of calls at any time. */
export function flowOfRules(rules: CallRules, ownerId: string, allowances: Allowances): FlowRow[] {
  const usual = { ...usualCall(ownerId, allowances), rules: { ...rules, onlyInWorkingHours: false } };
  const undisturbed = plan({ ...usual, isUndisturbed: true });
  const outside = plan({ ...usual, rules, workingHours: NEVER });
  const rows: FlowRow[] = [];
  if (rules.blocked.length > 0)
    rows.push({
      kind: 'blocked',
      count: rules.blocked.length,
      goes: { kind: 'told', reason: 'unreachable' },
    });
  if (rules.doNotDisturb !== null)
    rows.push({ kind: 'branch', when: 'doNotDisturb', goes: goesOf(undisturbed) });
  if (rules.onlyInWorkingHours)
    rows.push({
      kind: 'branch',
      when: 'outsideHours',
      goes: outside.stages.length > 0 ? { kind: 'rest' } : goesOf(outside),
    });
  return [...rows, ...flowOfPlan(plan(usual))];
}

/** What happens with one call. */
export function flowOfPlan(made: CallPlan): FlowRow[] {
  const [stage] = made.stages;
  if (stage === undefined) return [{ kind: 'end', afterS: null, goes: goesOf(made) }];
  return [
    { kind: 'ring', ...stage },
    ...(made.busy === null
      ? []
      : [
          {
            kind: 'branch',
            when: 'busy',
            goes: { kind: 'target', target: made.busy },
          } as const,
        ]),
    { kind: 'end', afterS: stage.forS, goes: goesOf(made) },
  ];
}

function goesOf({ lastly }: CallPlan): Goes {
  if (lastly.kind === 'refuse') return { kind: 'told', reason: lastly.reason };
  return { kind: 'target', target: lastly.kind === 'target' ? lastly.target : { kind: 'voicemail' } };
}

/** Hours outside of which every moment is. */
const NEVER = { timeZone: 'UTC', days: [], startMinute: 0, endMinute: 0 };

/** Somebody calls whom nothing sets apart, while nothing sets the person apart. */
function usualCall(ownerId: string, allowances: Allowances): Omit<Situation, 'rules'> {
  return {
    calleeId: ownerId,
    caller: { addresses: [] },
    isBlocked: false,
    isTeam: false,
    at: 0,
    through: [],
    allowances,
    isLicensed: true,
    isUndisturbed: false,
    timeZone: 'UTC',
    nameOf: (userId) => userId,
    mayRing: () => true,
  };
}
