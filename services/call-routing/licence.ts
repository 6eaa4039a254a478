// Whether a person may manage calls: the feature `user-call-management` (licensing rule A9). Asked where rules are changed, and
// looked at where they act.
import { done, type Outcome } from '@parley/platform/contract';
import type { LicenceGate } from '../licensing/gate.ts';

export type RulesGate = Pick<LicenceGate, 'check' | 'look'>;

export function mayChangeRules(
  gate: RulesGate,
  { userId, deviceId }: { readonly userId: string; readonly deviceId?: string | null | undefined },
): Outcome<null> {
  if (deviceId === undefined) return done(null);
  const verdict = gate.check('user-call-management', { kind: 'internal', userId, deviceId });
  return verdict.fault === undefined ? done(null) : { ok: false, fault: verdict.fault };
}

/** Whether rules that were set before may act. */
export function rulesMayAct(gate: RulesGate, userId: string): boolean {
  return gate.look('user-call-management', { kind: 'internal', userId, deviceId: null }).allowed;
}
