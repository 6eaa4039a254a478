// A call is answered in one window: there it speaks, everywhere else it stops ringing, and nobody has missed it.
import { done, type Outcome, type RequestOf } from '@parley/platform/contract';
import { type answerCall, type CallSide, callErrors, type moveCall, type ringingCall } from './contract.ts';
import { describe } from './description.ts';
import { type Floor, seatOf } from './floor.ts';
import { mayAnswer } from './licence.ts';
import { offerTo, renew, take, WindowLeg } from './negotiation.ts';
import { WINDOW_NAME } from './place.ts';
import { stopRinging } from './ring.ts';

const { fault } = callErrors;
const NOTHING = done({});
const WINDOWS_THAT_RING = 20;

/** A window rings: it is given the offer. */
export function ringing(
  { board }: Floor,
  { userId, sideId, windowId }: RequestOf<typeof ringingCall>,
): Outcome<Record<never, never>> {
  const seat = seatOf(board, sideId, userId);
  if (!seat.ok) return seat;
  const { call, side } = seat.value;
  if (!call.rung.has(side)) return fault('CALL_TAKEN');
  if (side.rings.has(windowId) || side.rings.size >= WINDOWS_THAT_RING) return NOTHING;
  side.rings.add(windowId);
  call.stopTimer('nobody');
  if (call.near.leg !== undefined) board.tell(call, offerTo(windowId, call.near.leg));
  if (call.near.shown.state === 'trying') {
    call.near.change({ state: 'ringing' });
    void board.commit(call);
  }
  return NOTHING;
}

export async function answer(
  floor: Floor,
  request: RequestOf<typeof answerCall>,
): Promise<Outcome<CallSide>> {
  const { userId, sideId, windowId, sdp, round } = request;
  const { board } = floor;
  const seat = seatOf(board, sideId, userId);
  if (!seat.ok) return seat;
  const { call, side } = seat.value;
  const described = describe(sdp);
  if (!described.ok) return described;
  // Said again by a page that did not hear the answer.
  if (side.leg?.windowId === windowId && side.shown.state === 'connected') return done(side.shown);
  if (!call.rung.has(side)) return fault('CALL_TAKEN');
  const caller = call.near.leg;
  // The caller's window makes a new offer at this moment.
  if (caller?.state !== 'offered' || round !== 1 || !side.rings.has(windowId)) return fault('CALL_GLARE');
  const licensed = mayAnswer(floor.gate, request);
  if (!licensed.ok) return licensed;

  const { leg, told } = take(caller, windowId, sdp);
  side.rings.clear();
  side.leg = leg;
  call.rung.delete(side);
  call.far = side;
  stopRinging(floor, call, 'answered-elsewhere', side);
  const at = board.now();
  call.answeredAt ??= at;
  const video = side.shown.video && described.value.hasVideo;
  const device = { kind: 'window', id: windowId, name: WINDOW_NAME } as const;
  side.change({ state: 'connected', device, answeredAt: at, video });
  const me = floor.person(userId);
  const other = me === undefined ? call.near.shown.other : { userId, address: me.address, name: me.name };
  call.near.change({ state: 'connected', answeredAt: call.near.shown.answeredAt ?? at, video, other });
  board.tell(call, [told]);
  const { shown } = side;
  await board.commit(call);
  return done(shown);
}

/** "Continue here": another window of the same person has the sound from now on. */
export async function move(floor: Floor, request: RequestOf<typeof moveCall>): Promise<Outcome<CallSide>> {
  const { userId, sideId, windowId, sdp } = request;
  const { board } = floor;
  const seat = seatOf(board, sideId, userId);
  if (!seat.ok) return seat;
  const { call, side } = seat.value;
  const described = describe(sdp);
  if (!described.ok) return described;
  const other = call.otherOf(side);
  if (side.shown.state !== 'connected' || other?.leg === undefined) return fault('CALL_NOT_ALLOWED');
  const licensed = mayAnswer(floor.gate, request);
  if (!licensed.ok) return licensed;
  side.leg = new WindowLeg(windowId, 1, sdp);
  call.stopTimer(`window of ${sideId}`);
  call.proposal = { video: described.value.hasVideo };
  board.tell(call, renew(side.leg, other.leg));
  side.change({ device: { kind: 'window', id: windowId, name: WINDOW_NAME }, screen: false });
  other.change({ screen: false });
  const { shown } = side;
  await board.commit(call);
  return done(shown);
}
