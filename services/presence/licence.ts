// Whether a person may publish how they are and watch others: the feature `presence` (licensing rule A9). To be seen, and to
// take back what one said, needs no licence.
import { done, type Outcome } from '@parley/platform/contract';
import type { LicenceGate } from '../licensing/gate.ts';

/** A person, and where. Without a device the product itself acts, and no licence is asked for. */
export interface Person {
  readonly userId: string;
  /** Null where the person's device has no name. */
  readonly deviceId?: string | null | undefined;
  /** For who reads the evidence. */
  readonly deviceName?: string | undefined;
}

export type PresenceGate = Pick<LicenceGate, 'check' | 'look' | 'onChange'>;

export function mayUsePresence(gate: PresenceGate, { userId, deviceId, deviceName }: Person): Outcome<null> {
  if (deviceId === undefined) return done(null);
  const verdict = gate.check('presence', { kind: 'internal', userId, deviceId, deviceName });
  return verdict.fault === undefined ? done(null) : { ok: false, fault: verdict.fault };
}

/** The same without being an access: whether what was begun may go on. */
export function mayGoOn(gate: PresenceGate, userId: string, deviceId: string | null): boolean {
  return gate.look('presence', { kind: 'internal', userId, deviceId }).allowed;
}
