// Handing a call on: blind, after a consultation, or while it still rings. A blind transfer that nobody takes comes back to
// who sent it, marked (RFC 5589 §6 has the same flow for phones).
import { done, type Outcome, type RequestOf } from '@parley/platform/contract';
import { type Call, partyOf, type Side } from './call.ts';
import { type Callee, callErrors, type Party, type redirectCall, type transferCall } from './contract.ts';
import { type Floor, type Seat, seatOf } from './floor.ts';
import { bringTogether, playHold } from './joining.ts';
import { mayManage } from './licence.ts';
import { begin } from './negotiation.ts';
import { planFor, startRinging, stopRinging } from './ring.ts';

type Done = Outcome<Record<never, never>>;

const { fault } = callErrors;
const NOTHING = done({});

export async function transfer(floor: Floor, request: RequestOf<typeof transferCall>): Promise<Done> {
  const { userId, sideId, to } = request;
  const { board } = floor;
  const seat = seatOf(board, sideId, userId);
  if (!seat.ok) return seat;
  const licensed = mayManage(floor.gate, request);
  if (!licensed.ok) return licensed;
  if (seat.value.side.shown.state !== 'connected') return fault('CALL_NOT_ALLOWED');
  if (!('sideId' in to)) return blind(floor, seat.value, to);
  let second = seatOf(board, to.sideId, userId);
  if (!second.ok && second.fault.code === 'CALL_GONE') {
    const brought = await floor.bringHere(to.sideId, userId);
    if (!brought.ok) return brought;
    second = seatOf(board, to.sideId, userId);
  }
  if (!second.ok) return second;
  if (seat.value.side.hasEnded) return fault('CALL_GONE');
  if (second.value.call === seat.value.call) return fault('CALL_NOT_ALLOWED');
  if (second.value.side.shown.state === 'connected') return join(floor, seat.value, second.value);
  // The consultation still rings: the caller is handed over to the ringing.
  const { userId: calleeId, address } = second.value.side.shown.other;
  board.end(second.value.call, 'cancelled', second.value.side);
  return blind(floor, seat.value, calleeId === undefined ? { dialled: address } : { userId: calleeId });
}

/**
 * To somebody who was not asked.
 * @param replaces the call of a phone with a phone that is to be taken the place of: it is asked for there (RFC 3891 §7.1).
 */
export async function blind(
  floor: Floor,
  { call, side }: Seat,
  to: Callee,
  { replaces }: { readonly replaces?: string | undefined } = {},
): Promise<Done> {
  const { board } = floor;
  const called = floor.find(to);
  if (!called.ok) return called;
  const { user } = called.value;
  const stays = call.otherOf(side);
  if (stays === undefined || user.userId === side.userId || user.userId === stays.userId)
    return fault('CALL_NOT_ALLOWED');
  const by = stays.shown.other;
  const target = partyOf(user);
  const plan =
    replaces === undefined
      ? await floor.plan(user.userId, partyOfSide(floor, stays), [stays.userId, side.userId])
      : planFor({ kind: 'devices', userId: user.userId });
  if (side.hasEnded || stays.hasEnded) return fault('CALL_GONE');
  call.replaces = replaces;
  handOver(floor, call, side, stays, { kind: 'transfer', by }, target);
  startRinging(floor, call, plan, {
    via: { kind: 'transfer', by },
    failed: () => comeBack(floor, call, side.userId, target),
  });
  await board.commit(call);
  return NOTHING;
}

/** One leaves the call; who stays waits for somebody else, with an offer for a new device. */
function handOver(
  floor: Floor,
  call: Call,
  leaves: Side,
  stays: Side,
  via: NonNullable<Side['shown']['via']>,
  other: Party,
): void {
  const { board } = floor;
  leaves.end('transferred', 'me', board.now());
  if (call.near === leaves) call.near = stays;
  call.far = undefined;
  call.leave(leaves);
  stays.change({ state: 'ringing', heldByMe: false, heldByOther: false, screen: false, other, via });
  playHold(stays);
  stays.media?.play('ringback');
  if (stays.leg === undefined) return;
  stays.anchor(undefined);
  board.tell(call, [begin(stays.leg)]);
}

/** Nobody took it: the devices of who sent it ring. */
function comeBack(floor: Floor, call: Call, senderId: string, target: Party): void {
  const { board } = floor;
  const at = board.now();
  for (const side of [...call.rung]) {
    side.end('unanswered', 'server', at);
    call.leave(side);
  }
  const sender = floor.person(senderId);
  if (sender === undefined) {
    board.end(call, 'unanswered', 'server');
    return;
  }
  call.replaces = undefined;
  const via = { kind: 'returned', by: target } as const;
  call.near.change({ other: partyOf(sender), via });
  startRinging(floor, call, planFor({ kind: 'devices', userId: senderId }), { via });
  void board.commit(call);
}

/** The two others speak from now on; the second call goes on in the first one's record. */
export async function join(floor: Floor, first: Seat, second: Seat): Promise<Done> {
  const { board } = floor;
  const stays = first.call.otherOf(first.side);
  const comes = second.call.otherOf(second.side);
  if (stays === undefined || comes === undefined || stays.userId === comes.userId)
    return fault('CALL_NOT_ALLOWED');
  const at = board.now();
  const { call } = first;
  const via = { kind: 'transfer', by: stays.shown.other } as const;
  const quiet = { heldByMe: false, heldByOther: false, screen: false, via } as const;

  second.side.end('transferred', 'me', at);
  second.call.leave(second.side);
  first.side.end('transferred', 'me', at);
  call.near = stays;
  call.far = comes;
  call.leave(first.side);
  second.call.near = second.side;
  second.call.far = undefined;
  second.call.endedAt = at;
  second.call.stop();
  board.seat(call, comes);
  stays.change({ ...quiet, other: partyOfSide(floor, comes) });
  comes.change({ ...quiet, other: partyOfSide(floor, stays), recordId: call.recordId });
  await bringTogether(floor, call);
  await Promise.all([board.commit(second.call), board.commit(call)]);
  return NOTHING;
}

function partyOfSide(floor: Floor, { userId, shown }: Side): Party {
  const user = floor.person(userId);
  return user === undefined ? { userId, address: shown.userId, name: '' } : partyOf(user);
}

/** Sends a call that rings somewhere else. */
export async function redirect(floor: Floor, request: RequestOf<typeof redirectCall>): Promise<Done> {
  const { board } = floor;
  const seat = seatOf(board, request.sideId, request.userId);
  if (!seat.ok) return seat;
  const { call, side } = seat.value;
  if (!call.rung.has(side)) return fault('CALL_TAKEN');
  const called = floor.find(request.to);
  if (!called.ok) return called;
  const { user } = called.value;
  if (user.userId === side.userId || user.userId === call.near.userId) return fault('CALL_NOT_ALLOWED');
  const licensed = mayManage(floor.gate, request);
  if (!licensed.ok) return licensed;
  const plan = await floor.plan(user.userId, partyOfSide(floor, call.near), [call.near.userId, side.userId]);
  if (!call.rung.has(side)) return fault('CALL_TAKEN');
  const by = call.near.shown.other;
  stopRinging(floor, call, 'forwarded', side);
  call.near.change({ other: partyOf(user), via: { kind: 'forward', by } });
  startRinging(floor, call, plan, { via: { kind: 'forward', by } });
  await board.commit(call);
  return NOTHING;
}
