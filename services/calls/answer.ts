// A call is answered in one window: there it speaks, everywhere else it stops ringing, and nobody has missed it.
import { done, type Outcome, type RequestOf } from '@parley/platform/contract';
import { type answerCall, type CallSide, callErrors, type ringingCall } from './contract.ts';
import { describe } from './description.ts';
import { type Floor, type Seat, seatOf } from './floor.ts';
import { bringTogether, makeReady } from './joining.ts';
import { mayAnswer } from './licence.ts';
import { offerTo, take, WindowLeg } from './negotiation.ts';
import { WINDOW_NAME } from './place.ts';
import { isRung } from './sip-phones.ts';
import { talk } from './talk.ts';

const { fault } = callErrors;
const NOTHING = done({});
const WINDOWS_THAT_RING = 20;

/** A window rings: it is given the offer. */
export async function ringing(
  floor: Floor,
  { userId, sideId, windowId }: RequestOf<typeof ringingCall>,
): Promise<Outcome<Record<never, never>>> {
  const { board } = floor;
  const seat = seatOf(board, sideId, userId);
  if (!seat.ok) return seat;
  const { call, side } = seat.value;
  if (!call.rung.has(side)) return fault('CALL_TAKEN');
  if (side.rings.has(windowId) || side.rings.size >= WINDOWS_THAT_RING) return NOTHING;
  side.rings.add(windowId);
  isRung(floor, call);
  if (call.near.leg !== undefined) board.tell(call, offerTo(windowId, call.near.leg));
  else if (call.near.phone !== undefined) await offerFromServer(floor, seat.value, windowId);
  return NOTHING;
}

/** A phone calls: the window is offered an end at the phone's media host. */
export async function offerFromServer(floor: Floor, { call, side }: Seat, windowId: string): Promise<void> {
  const beside = call.near.phone?.media;
  const opened = await floor.phones?.media.open('browser', beside, beside?.pictures);
  if (opened?.ok !== true) return;
  const media = opened.value;
  const offered = await media.offer();
  if (!offered.ok || !side.rings.has(windowId)) {
    media.close();
    return;
  }
  side.windowMedia.set(windowId, media);
  const signal = { kind: 'offer', round: 1, sdp: offered.value } as const;
  floor.board.tell(call, [{ windowId, signal }]);
}

/** The window takes a phone's call. */
async function answerToServer(
  floor: Floor,
  { call, side }: Seat,
  windowId: string,
  sdp: string,
): Promise<Outcome<CallSide>> {
  const media = side.windowMedia.get(windowId);
  if (media === undefined) return fault('CALL_GLARE');
  const accepted = await media.accept(sdp);
  if (!accepted.ok) return fault('CALL_NO_COMMON_MEDIA');
  const isReady = call.rung.has(side) && (await makeReady(floor, call, media));
  if (!call.rung.has(side)) return fault('CALL_TAKEN');
  if (!isReady) {
    floor.board.end(call, 'no-common-media', 'server');
    return fault('CALL_NO_COMMON_MEDIA');
  }
  side.leg = new WindowLeg(windowId, 1);
  side.anchor(media);
  const video = call.near.shown.video && media.picture.length > 0;
  talk(floor, call, side, { device: { kind: 'window', id: windowId, name: WINDOW_NAME }, video });
  await bringTogether(floor, call);
  await floor.board.commit(call);
  return done(side.shown);
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
  if (round !== 1 || !side.rings.has(windowId)) return fault('CALL_GLARE');
  const licensed = mayAnswer(floor.gate, request);
  if (!licensed.ok) return licensed;
  if (call.near.phone !== undefined) return await answerToServer(floor, seat.value, windowId, sdp);
  if (call.near.media !== undefined) return await answerAnew(floor, seat.value, windowId);
  const caller = call.near.leg;
  // The caller's window makes a new offer at this moment.
  if (caller?.state !== 'offered') return fault('CALL_GLARE');
  const { leg, told } = take(caller, windowId, sdp);
  side.leg = leg;
  const video = side.shown.video && described.value.hasVideo;
  talk(floor, call, side, { device: { kind: 'window', id: windowId, name: WINDOW_NAME }, video });
  board.tell(call, [told]);
  const { shown } = side;
  await board.commit(call);
  return done(shown);
}

/** The caller hears a phone that rings: for this window it makes another connection. */
async function answerAnew(floor: Floor, { call, side }: Seat, windowId: string): Promise<Outcome<CallSide>> {
  side.leg = new WindowLeg(windowId, 1);
  call.near.anchor(undefined);
  call.near.leg?.settles();
  const { video } = side.shown;
  talk(floor, call, side, { device: { kind: 'window', id: windowId, name: WINDOW_NAME }, video });
  await bringTogether(floor, call);
  await floor.board.commit(call);
  return done(side.shown);
}
