// A call goes on at another front end while this one lives: two calls of one person that are to be joined come together there.
import { done, type Outcome, type ReplyOf, type RequestOf } from '@parley/platform/contract';
import { callErrors, type giveCall } from './contract.ts';
import { type Floor, seatOf } from './floor.ts';
import type { Places } from './routes.ts';

/** From the answer on it is the other's; its people, phones and media notice nothing but that. */
export async function give(
  { board }: Floor,
  places: Places,
  { userId, sideId, to }: RequestOf<typeof giveCall>,
): Promise<Outcome<ReplyOf<typeof giveCall>>> {
  const seat = seatOf(board, sideId, userId);
  if (!seat.ok) return seat;
  const { call, side } = seat.value;
  const other = call.otherOf(side);
  const isTalked = side.shown.state === 'connected' && other?.shown.state === 'connected';
  if (!isTalked || places.has(to)) return callErrors.fault('CALL_NOT_ALLOWED');
  await board.commit(call);
  if (call.endedAt !== undefined) return callErrors.fault('CALL_GONE');
  for (const one of [side, other]) places.give(one.sideId, to);
  board.forget(call);
  return done({ recordId: call.recordId, from: places.own });
}
