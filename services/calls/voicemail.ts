// Callers whom nobody takes, in the hands of voicemail: their end stands at a media host, where voicemail greets and records. The
// same for somebody who calls to hear their messages.
import type { Bus } from '@parley/platform/bus';
import { done, type Outcome, type RequestOf } from '@parley/platform/contract';
import type { User } from '../identity/contract.ts';
import { attend, callerLeft, getMailbox } from '../voicemail/contract.ts';
import { type Call, partyOf } from './call.ts';
import { type CallSide, callErrors, type endAttended } from './contract.ts';
import type { Floor, VoicemailDesk } from './floor.ts';
import { anchorAlone } from './joining.ts';
import { stopRinging } from './ring.ts';
import type { Switchboard } from './switchboard.ts';

/** A window that was told to offer anew does so in a moment. */
const OFFER_MS = 10_000;

export interface VoicemailNeeds {
  readonly bus: Bus;
  readonly nodeId: string;
  readonly number: string;
  floor(): Floor;
}

export interface OpenVoicemailDesk extends VoicemailDesk {
  /** A side changed: voicemail hears of those that have ended. */
  changed(side: CallSide): void;
}

export function openVoicemailDesk({ bus, nodeId, number, floor }: VoicemailNeeds): OpenVoicemailDesk {
  const attended = new Set<string>();
  const here = { node: nodeId };

  async function has(userId: string): Promise<boolean> {
    const found = await bus.call(getMailbox, { userId });
    return found.ok && found.value.allowed;
  }

  async function begin(call: Call, person: User, purpose: 'leave' | 'listen'): Promise<boolean> {
    const { near, recordId } = call;
    const { media } = near;
    const caller = floor().person(near.userId);
    if (media === undefined || caller === undefined) return false;
    attended.add(near.sideId);
    const asked = {
      sideId: near.sideId,
      recordId,
      mailboxOf: person.userId,
      from: partyOf(caller),
      purpose,
      legId: media.legId,
      mediaNodeId: media.node,
      ownerNodeId: nodeId,
    };
    return (await bus.call(attend, asked, here)).ok;
  }

  /** @returns false where the caller has no end that could speak. */
  async function connect(call: Call, person: User, purpose: 'leave' | 'listen'): Promise<boolean> {
    const { board } = floor();
    const { near } = call;
    const media = await anchorAlone(floor(), call);
    if (call.endedAt !== undefined) return true;
    if (media === undefined) return false;
    const at = board.now();
    call.answeredAt ??= at;
    const name = `Voicemail of ${person.name}`;
    const other = purpose === 'leave' ? { ...partyOf(person), name } : near.shown.other;
    const answeredAt = near.shown.answeredAt ?? at;
    const attendedBy = 'voicemail' as const;
    near.change({ state: 'connected', answeredAt, video: false, isDirect: false, other, attendedBy });
    void board.commit(call);
    if (!(await begin(call, person, purpose))) board.end(call, 'unreachable', 'server');
    return true;
  }

  return {
    number,
    has,
    async take(call, userId, orElse) {
      const person = floor().person(userId);
      const isThere = person !== undefined && call.near.userId !== userId && (await has(userId));
      // Ended, or taken at the last moment.
      if (call.endedAt !== undefined || call.far !== undefined) return;
      if (!isThere || floor().phones === undefined) return orElse();
      stopRinging(floor(), call, 'voicemail', 'server');
      void floor().board.commit(call);
      const go = async () => {
        if (!(await connect(call, person, 'leave'))) orElse();
      };
      const { leg, media } = call.near;
      if (leg === undefined || media !== undefined || leg.offer !== undefined) return await go();
      floor().board.after(call, 'offer for voicemail', OFFER_MS, orElse);
      call.whenOffered = () => {
        call.whenOffered = undefined;
        call.stopTimer('offer for voicemail');
        void go();
      };
    },
    async hear(call, person) {
      const isHeard = (await has(person.userId)) && (await connect(call, person, 'listen'));
      if (!isHeard) floor().board.end(call, 'unreachable', 'server');
    },
    changed({ sideId, state }) {
      if (state === 'ended' && attended.delete(sideId)) void bus.call(callerLeft, { sideId }, here);
    },
  };
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
