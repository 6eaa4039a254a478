// "Continue here" and "Continue on my phone": the same person goes on speaking by another device; the other end stays.
import { done, type Outcome, type RequestOf } from '@parley/platform/contract';
import type { Call, Side } from './call.ts';
import { type CallSide, callErrors, type moveCall, type toPhoneCall } from './contract.ts';
import { describe } from './description.ts';
import { type Floor, seatOf } from './floor.ts';
import { bringTogether } from './joining.ts';
import { mayAnswer } from './licence.ts';
import { WindowLeg } from './negotiation.ts';
import { WINDOW_NAME } from './place.ts';
import { RING_S } from './ring.ts';

const { fault } = callErrors;

/** A window of the same person has the sound from now on. */
export async function move(floor: Floor, request: RequestOf<typeof moveCall>): Promise<Outcome<CallSide>> {
  const { userId, sideId, windowId, sdp } = request;
  const { board } = floor;
  const seat = seatOf(board, sideId, userId);
  if (!seat.ok) return seat;
  const { call, side } = seat.value;
  const described = describe(sdp);
  if (!described.ok) return described;
  const other = call.otherOf(side);
  if (side.shown.state !== 'connected' || other === undefined) return fault('CALL_NOT_ALLOWED');
  const licensed = mayAnswer(floor.gate, request);
  if (!licensed.ok) return licensed;
  stopPhones(call, side);
  side.forsakeDevice('answered-elsewhere');
  side.leg = new WindowLeg(windowId, 1, sdp);
  call.stopTimer(`window of ${sideId}`);
  call.proposal = { video: described.value.hasVideo };
  side.change({ device: { kind: 'window', id: windowId, name: WINDOW_NAME }, screen: false });
  other.change({ screen: false });
  await bringTogether(floor, call);
  const { shown } = side;
  await board.commit(call);
  return done(shown);
}

/** The person's phones ring; the one that is taken has the sound from then on. Meanwhile, and where none is, nothing changes. */
export function toPhone(floor: Floor, request: RequestOf<typeof toPhoneCall>): Outcome<Record<never, never>> {
  const { userId, sideId } = request;
  const { board, phones } = floor;
  const seat = seatOf(board, sideId, userId);
  if (!seat.ok) return seat;
  const { call, side } = seat.value;
  const licensed = mayAnswer(floor.gate, request);
  if (!licensed.ok) return licensed;
  if (side.shown.state !== 'connected' || call.otherOf(side) === undefined) return fault('CALL_NOT_ALLOWED');
  if (phones === undefined) return fault('CALL_MEDIA_AWAY');
  if (side.phones.size > 0) return done({});
  const { device } = side.shown;
  const targets = phones
    .targetsOf(userId)
    .filter((target) => device?.kind !== 'phone' || target.device.id !== device.id);
  if (targets.length === 0) return fault('CALL_NO_PHONE');
  phones.bring(call, side, targets);
  board.after(call, timerOf(side), RING_S * 1000, () => stopPhones(call, side));
  return done({});
}

const timerOf = ({ sideId }: Side) => `phones of ${sideId}`;

/** Phones that ring to take the call over, and are not wanted any more. */
export function stopPhones(call: Call, side: Side): void {
  call.stopTimer(timerOf(side));
  for (const phone of side.phones) phone.leave('answered-elsewhere');
  side.phones.clear();
}
