// The ends that people make: hanging up, giving up, declining.
import { done, type Outcome, type RequestOf } from '@parley/platform/contract';
import type { declineCall, EndReason, hangUpCall } from './contract.ts';
import { type Floor, type Seat, seatOf } from './floor.ts';
import { ringingEnded } from './ring.ts';

const NOTHING = done({});

export function hangUp(floor: Floor, request: RequestOf<typeof hangUpCall>): Outcome<Record<never, never>> {
  const seat = seatOf(floor.board, request.sideId, request.userId);
  if (!seat.ok) return seat;
  const { call, side } = seat.value;
  if (call.rung.has(side)) {
    refuse(floor, seat.value, 'declined');
    return NOTHING;
  }
  const { rung } = call;
  const reason = call.answeredAt === undefined ? 'cancelled' : 'hung-up';
  floor.board.end(call, reason, side, (other) => (rung.has(other) ? 'cancelled' : reason));
  return NOTHING;
}

export function decline(floor: Floor, request: RequestOf<typeof declineCall>): Outcome<Record<never, never>> {
  const seat = seatOf(floor.board, request.sideId, request.userId);
  if (!seat.ok) return seat;
  // Taken on another device meanwhile: nothing is left to decline.
  const { call, side } = seat.value;
  if (!call.rung.has(side)) return NOTHING;
  const isCalled = side.userId === call.near.shown.other.userId;
  if (request.to === 'caller' || !isCalled) refuse(floor, seat.value, 'declined');
  else {
    side.end('declined', 'me', floor.board.now());
    call.leave(side);
    void floor.voicemail.take(call, side.userId, () => {
      floor.board.end(call, 'declined', 'callee');
    });
  }
  return NOTHING;
}

/** Who was called ends the call by it; somebody whose devices only ring as well does not. */
function refuse(floor: Floor, { call, side }: Seat, reason: EndReason): void {
  const isCalled = side.userId === call.near.shown.other.userId;
  if (isCalled) {
    for (const other of [...call.rung]) {
      if (other === side) continue;
      other.end('answered-elsewhere', 'other', floor.board.now());
      call.leave(other);
    }
    call.stopTimers();
  }
  ringingEnded(floor, call, side, reason);
}
