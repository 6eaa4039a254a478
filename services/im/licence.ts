// Who may write: instant messages between two, and among three or more, are features of their own (licensing rule A9).
// Asked before anything is stored; what is stored is delivered whatever the licences say (docs/decisions/0009).
import { done, type Outcome } from '@parley/platform/contract';
import type { LicenceGate } from '../licensing/gate.ts';

/** A person who writes, and where. Without a device the product itself writes, and no licence is asked for. */
export interface Writer {
  readonly userId: string;
  /** Null where the person's device has no name. */
  readonly deviceId?: string | null | undefined;
  /** For who reads the evidence. */
  readonly deviceName?: string | undefined;
}

export type WritingGate = Pick<LicenceGate, 'check'>;

export function mayWrite(
  gate: WritingGate,
  { userId, deviceId, deviceName }: Writer,
  people: number,
): Outcome<null> {
  if (deviceId === undefined) return done(null);
  const actor = { kind: 'internal', userId, deviceId, deviceName } as const;
  const verdict = gate.check(people > 2 ? 'group-im' : 'im', actor);
  return verdict.fault === undefined ? done(null) : { ok: false, fault: verdict.fault };
}
