// What the licences ask of calls (licensing rule A9). They refuse to call, to answer and to send on; nobody's telephone is
// kept from ringing, and to hang up is never refused (docs/decisions/0009-what-a-refusal-refuses.md).
import { done, type Outcome } from '@parley/platform/contract';
import type { LicenceGate, LicensedActor } from '../licensing/gate.ts';

export type CallGate = Pick<LicenceGate, 'check'>;

export interface Acting {
  readonly userId: string;
  readonly deviceId?: string | null | undefined;
  readonly deviceName?: string | undefined;
}

function actorOf({ userId, deviceId, deviceName }: Acting): LicensedActor {
  return { kind: 'internal', userId, deviceId, deviceName };
}

function outcomeOf(verdict: ReturnType<CallGate['check']>): Outcome<null> {
  return verdict.fault === undefined ? done(null) : { ok: false, fault: verdict.fault };
}

/** @param isNumber a telephone number was dialled: that is the telephone, and not a call between two people. */
export function mayCall(gate: CallGate, acting: Acting, isNumber: boolean): Outcome<null> {
  return outcomeOf(
    isNumber
      ? gate.check('softphone-voice-media', actorOf(acting))
      : gate.check('p2p-voice-video', actorOf(acting)),
  );
}

/** A phone calls over SIP; whom it calls is for the proxy to find. */
export function mayCallByPhone(gate: CallGate, acting: Acting): Outcome<null> {
  return outcomeOf(gate.check('p2p-voice-video', actorOf(acting)));
}

export function mayAnswer(gate: CallGate, acting: Acting): Outcome<null> {
  return outcomeOf(gate.check('p2p-voice-video', actorOf(acting)));
}

/** Transfers and sends on. */
export function mayManage(gate: CallGate, acting: Acting): Outcome<null> {
  return outcomeOf(gate.check('user-call-management', actorOf(acting)));
}
