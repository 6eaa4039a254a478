// A page that lost its server, and is known to the new one by another name, goes on with its call: the media never stopped.
import { done, type Outcome, type RequestOf } from '@parley/platform/contract';
import { type CallSide, callErrors, type continueCall } from './contract.ts';
import { type Floor, seatOf } from './floor.ts';
import { begin, WindowLeg } from './negotiation.ts';
import { WINDOW_NAME } from './place.ts';

export async function continueIn(
  { board }: Floor,
  request: RequestOf<typeof continueCall>,
): Promise<Outcome<CallSide>> {
  const { userId, sideId, windowId, formerWindowId, round } = request;
  const seat = seatOf(board, sideId, userId);
  if (!seat.ok) return seat;
  const { call, side } = seat.value;
  const { leg } = side;
  // Another window has the sound by now, or it is the same as ever.
  if (leg === undefined || side.shown.state !== 'connected') return callErrors.fault('CALL_TAKEN');
  if (leg.windowId === windowId) return done(side.shown);
  if (leg.windowId !== formerWindowId) return callErrors.fault('CALL_TAKEN');
  const isToBegin = leg.state !== 'stable';
  side.leg = new WindowLeg(windowId, round);
  call.stopTimer(`window of ${sideId}`);
  side.change({ device: { kind: 'window', id: windowId, name: WINDOW_NAME } });
  // What it was told while it was away, it has not heard.
  if (isToBegin) board.tell(call, [begin(side.leg)]);
  const { shown } = side;
  await board.commit(call);
  return done(shown);
}
