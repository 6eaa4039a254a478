// Hold and resume, from either side; the windows make their media so, by an offer of their own.
import { done, type Outcome, type RequestOf } from '@parley/platform/contract';
import { type CallSide, callErrors, type holdCall } from './contract.ts';
import { type Floor, seatOf } from './floor.ts';
import { playHold } from './joining.ts';

export async function hold(
  { board }: Floor,
  request: RequestOf<typeof holdCall>,
): Promise<Outcome<CallSide>> {
  const seat = seatOf(board, request.sideId, request.userId);
  if (!seat.ok) return seat;
  const { call, side } = seat.value;
  const other = call.otherOf(side);
  if (side.shown.state !== 'connected') return callErrors.fault('CALL_NOT_ALLOWED');
  if (side.shown.heldByMe !== request.held) {
    side.change({ heldByMe: request.held });
    other?.change({ heldByOther: request.held });
    if (other !== undefined) playHold(other);
  }
  const { shown } = side;
  await board.commit(call);
  return done(shown);
}

/** Of several calls on one device, one is active: those that are to be held when this one is answered or resumed. */
export function othersToHold(sides: readonly CallSide[], active: CallSide): CallSide[] {
  return sides.filter(
    ({ sideId, state, heldByMe, device }) =>
      sideId !== active.sideId &&
      state === 'connected' &&
      !heldByMe &&
      device !== null &&
      device.kind === active.device?.kind &&
      device.id === active.device.id,
  );
}
