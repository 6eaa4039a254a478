// Whether callers may leave messages for a person: the feature `user-call-management` (licensing rule A9). What was left before is
// heard and removed without it.
import type { LicenceGate } from '../licensing/gate.ts';

export type VoicemailGate = Pick<LicenceGate, 'look'>;

export function mayTakeMessages(gate: VoicemailGate, userId: string): boolean {
  return gate.look('user-call-management', { kind: 'internal', userId, deviceId: null }).allowed;
}
