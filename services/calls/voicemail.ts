// Callers whom nobody takes, in the hands of voicemail: their end stands at a media host, where voicemail greets and records. The
// same for somebody who calls to hear their messages.
import type { Bus } from '@parley/platform/bus';
import { done, type Outcome, type RequestOf } from '@parley/platform/contract';
import type { User } from '../identity/contract.ts';
import { attend, callerLeft, getMailbox } from '../voicemail/contract.ts';
import { type Call, partyOf, type Side } from './call.ts';
import { type CallSide, callErrors, type endAttended } from './contract.ts';
import type { Floor } from './floor.ts';
import type { MediaLeg } from './media-hosts.ts';
import { stopRinging } from './ring.ts';
import { anchorNear } from './sip-phones.ts';
import type { Switchboard } from './switchboard.ts';

/** A window that was told to offer anew does so in a moment. */
const OFFER_MS = 10_000;

/** The voicemail of this process. */
export interface VoicemailDesk {
  /** What one calls to hear one's messages. */
  readonly number: string;
  has(userId: string): Promise<boolean>;
  attend(asked: Omit<RequestOf<typeof attend>, 'ownerNodeId'>): Promise<boolean>;
  /** A side changed: voicemail hears of those that have ended. */
  changed(side: CallSide): void;
}

export function openVoicemailDesk(bus: Bus, nodeId: string, number: string): VoicemailDesk {
  const attended = new Set<string>();
  const here = { node: nodeId };
  return {
    number,
    async has(userId) {
      const found = await bus.call(getMailbox, { userId });
      return found.ok && found.value.allowed;
    },
    async attend(asked) {
      attended.add(asked.sideId);
      const taken = await bus.call(attend, { ...asked, ownerNodeId: nodeId }, here);
      if (!taken.ok) attended.delete(asked.sideId);
      return taken.ok;
    },
    changed({ sideId, state }) {
      if (state === 'ended' && attended.delete(sideId)) void bus.call(callerLeft, { sideId }, here);
    },
  };
}

/** The caller of this call speaks to the voicemail of that person. @param orElse where there is none, or no media host. */
export async function toVoicemail(
  floor: Floor,
  call: Call,
  userId: string,
  orElse: () => void,
): Promise<void> {
  const { near } = call;
  const person = floor.person(userId);
  stopRinging(floor, call, 'voicemail', 'server');
  const isThere = person !== undefined && near.userId !== userId && (await floor.voicemail.has(userId));
  if (call.endedAt !== undefined) return;
  if (!isThere || floor.phones === undefined) return orElse();
  if (near.leg !== undefined && near.leg.offer === undefined) {
    floor.board.after(call, 'offer for voicemail', OFFER_MS, orElse);
    call.whenOffered = () => {
      call.stopTimer('offer for voicemail');
      void leave(floor, call, person, orElse);
    };
    return;
  }
  await leave(floor, call, person, orElse);
}

async function leave(floor: Floor, call: Call, person: User, orElse: () => void): Promise<void> {
  const media = await anchorNear(floor, call);
  if (call.endedAt !== undefined) return;
  if (media === undefined) return orElse();
  const name = `Voicemail of ${person.name}`;
  await connect(floor, call, media, { purpose: 'leave', person, other: { ...partyOf(person), name } });
}

/** Somebody calls to hear their own messages. */
export async function hearMessages(floor: Floor, call: Call, person: User): Promise<void> {
  const media = (await floor.voicemail.has(person.userId)) ? await anchorNear(floor, call) : undefined;
  if (call.endedAt !== undefined) return;
  if (media === undefined) return floor.board.end(call, 'unreachable', 'server');
  const { other } = call.near.shown;
  await connect(floor, call, media, { purpose: 'listen', person, other });
}

/** Whom such a call is with. */
export function ownVoicemail(floor: Floor) {
  return { address: floor.voicemail.number, name: 'Voicemail' };
}

async function connect(
  floor: Floor,
  call: Call,
  media: MediaLeg,
  {
    purpose,
    person,
    other,
  }: { readonly purpose: 'leave' | 'listen'; readonly person: User; readonly other: CallSide['other'] },
): Promise<void> {
  const { board } = floor;
  const { near } = call;
  const at = board.now();
  media.happened = ({ kind }) => {
    if (kind === 'lost' && near.media === media) board.end(call, 'media-lost', 'server');
  };
  call.answeredAt ??= at;
  const answeredAt = near.shown.answeredAt ?? at;
  const attendedBy = 'voicemail' as const;
  near.change({ state: 'connected', answeredAt, video: false, isDirect: false, other, attendedBy });
  void board.commit(call);
  const isTaken = await floor.voicemail.attend({
    sideId: near.sideId,
    recordId: call.recordId,
    mailboxOf: person.userId,
    from: callerOf(floor, near),
    purpose,
    legId: media.legId,
    mediaNodeId: media.node,
  });
  if (!isTaken) board.end(call, 'unreachable', 'server');
}

function callerOf(floor: Floor, { userId }: Side) {
  const user = floor.person(userId);
  return user === undefined ? { userId, address: '', name: '' } : partyOf(user);
}

/** Voicemail is done with the caller. */
export function attendedEnded(
  board: Switchboard,
  { sideId }: RequestOf<typeof endAttended>,
): Outcome<Record<never, never>> {
  const seat = board.find(sideId);
  if (seat === undefined) return callErrors.fault('CALL_GONE');
  board.end(seat.call, 'voicemail', 'server');
  return done({});
}
