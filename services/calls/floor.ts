// What the rules of calls work with. Made by service.ts.
import type { Outcome } from '@parley/platform/contract';
import type { CallPlan } from '../call-routing/contract.ts';
import type { User } from '../identity/contract.ts';
import type { Call, Side } from './call.ts';
import type { Called } from './callee.ts';
import { type Callee, type CallSide, callErrors, type Device, type Party } from './contract.ts';
import type { CallGate } from './licence.ts';
import type { MediaHosts } from './media-hosts.ts';
import type { Dialog, KeptDialog, SipAgent } from './sip-agent.ts';
import type { Load } from './store.ts';
import type { Switchboard } from './switchboard.ts';

/** A phone that is registered, as calls need it. */
export interface PhoneTarget {
  readonly uri: string;
  readonly routes: readonly string[];
  readonly device: Device;
}

/** Phones and the media that they need. */
export interface Phones {
  readonly media: MediaHosts;
  invite(parts: Parameters<SipAgent['invite']>[0]): Dialog;
  /** The dialog of ours that the value of a Replaces names (RFC 3891 §3). */
  named(replaces: string): Dialog | undefined;
  /** A dialog with a phone that lived on another front end goes on here. */
  adopt(kept: KeptDialog, routes: readonly string[]): Dialog;
  targetsOf(userId: string): readonly PhoneTarget[];
  /** Rings the phones of a person beside the windows. */
  ring(call: Call, side: Side): void;
  /** Rings phones of somebody who is in a call: the one that is taken goes on with it. */
  bring(call: Call, side: Side, targets: readonly PhoneTarget[]): void;
}

/** Where callers go whom nobody takes. */
export interface VoicemailDesk {
  /** What one calls to hear one's own messages. */
  readonly number: string;
  has(userId: string): Promise<boolean>;
  /** The caller of this call speaks to the voicemail of that person. @param orElse where there is none, or no media host. */
  take(call: Call, userId: string, orElse: () => void): Promise<void>;
  /** Somebody calls to hear their own messages. */
  hear(call: Call, person: User): Promise<void>;
}

export interface Floor {
  readonly voicemail: VoicemailDesk;
  /** A phone says in its dialog how a call of its goes (RFC 6035 §4.2). */
  phoneReported(side: CallSide, body: string): void;
  /** Undefined where no media host is there: phones are left to the proxy. */
  readonly phones: Phones | undefined;
  readonly board: Switchboard;
  readonly gate: CallGate;
  find(callee: Callee): Outcome<Called>;
  person(userId: string): User | undefined;
  hasWindows(userId: string): boolean;
  /** Whether that person has blocked this one. */
  isBarred(calleeId: string, callerId: string): boolean;
  plan(calleeId: string, caller: Party, through: readonly string[]): Promise<CallPlan>;
  /** A call of that person at another front end goes on here from now on. */
  bringHere(sideId: string, userId: string): Promise<Outcome<unknown>>;
  conversationOf(userId: string, otherId: string): Promise<string | undefined>;
  /** Calls that one person may begin in a minute. */
  readonly perMinute: number;
  /** @param except a side that does not count. */
  load(userId: string, except?: string): Promise<Load>;
}

/** Where a command acts: a side of that person, on a call that runs here. */
export interface Seat {
  readonly call: Call;
  readonly side: Side;
}

const { fault } = callErrors;

/** @returns `CALL_GONE` for one that is over, `CALL_NOT_ALLOWED` for somebody else's. */
export function seatOf(board: Switchboard, sideId: string, userId: string): Outcome<Seat> {
  const seat = board.find(sideId);
  if (seat === undefined) return fault('CALL_GONE');
  return seat.side.userId === userId ? { ok: true, value: seat } : fault('CALL_NOT_ALLOWED');
}

/** The same for who speaks: only the window that has the sound of this side may. */
export function speakerOf(
  board: Switchboard,
  { sideId, userId, windowId }: { sideId: string; userId: string; windowId: string },
): Outcome<Seat> {
  const seat = seatOf(board, sideId, userId);
  if (!seat.ok || seat.value.side.leg?.windowId === windowId) return seat;
  return fault(seat.value.side.shown.state === 'connected' ? 'CALL_TAKEN' : 'CALL_NOT_ALLOWED');
}

/** With whom somebody speaks who calls to hear their messages. */
export function voicemailParty({ voicemail }: Pick<Floor, 'voicemail'>): Party {
  return { address: voicemail.number, name: 'Voicemail' };
}
