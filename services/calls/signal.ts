// What the window of one side says to the other end: offers (another network, a picture, a screen), answers, candidates.
import { done, type Outcome, type RequestOf } from '@parley/platform/contract';
import type { Call } from './call.ts';
import { callErrors, type Signal, type signalCall } from './contract.ts';
import { describe } from './description.ts';
import { type Floor, type Seat, speakerOf } from './floor.ts';
import { bringTogether } from './joining.ts';
import type { MediaLeg } from './media-hosts.ts';
import { offerTo, signalFrom, type Told } from './negotiation.ts';

const NOTHING = done({});

export async function signal(
  floor: Floor,
  request: RequestOf<typeof signalCall>,
): Promise<Outcome<Record<never, never>>> {
  const { board } = floor;
  const { signal: said } = request;
  const seat = speakerOf(board, request);
  if (!seat.ok) return seat;
  const described = said.kind === 'offer' || said.kind === 'answer' ? describe(said.sdp) : undefined;
  if (described?.ok === false) return described;
  const { call, side } = seat.value;
  const from = side.leg!;
  if (side.media !== undefined) return await toMediaHost(floor, seat.value, side.media, said);
  const other = call.otherOf(side);
  if (other?.phone !== undefined) return await beginBeside(floor, seat.value, said);
  const to = other?.leg;
  if (to === undefined) {
    const told = whileRinging(seat.value, said);
    if (told.ok) board.tell(call, told.value);
    return told.ok ? NOTHING : told;
  }
  const before = from.state;
  const told = signalFrom(from, to, said);
  if (!told.ok) return told;
  board.tell(call, told.value);
  const isOffer = said.kind === 'offer' && before !== 'asked';
  if (isOffer) call.proposal = { video: request.video ?? described?.value.hasVideo, screen: request.screen };
  if (said.kind === 'rollback') call.proposal = undefined;
  if (said.kind === 'answer' && told.value.length > 0)
    agree(call, request.video ?? described?.value.hasVideo === true);
  void board.commit(call);
  return NOTHING;
}

/** The other end is a phone by now: what the window offers anew is answered at the media host. */
async function beginBeside(
  floor: Floor,
  { call, side }: Seat,
  said: Signal,
): Promise<Outcome<Record<never, never>>> {
  const leg = side.leg!;
  if (said.kind === 'candidate') leg.finds(said);
  if (said.kind !== 'offer') return NOTHING;
  if (leg.state !== 'beginning' || said.round !== leg.round + 1) return callErrors.fault('CALL_GLARE');
  leg.offers(said.round, said.sdp);
  await bringTogether(floor, call);
  void floor.board.commit(call);
  return NOTHING;
}

/** Media goes through the server: its host answers. */
async function toMediaHost(
  { board }: Floor,
  { call, side }: Seat,
  media: MediaLeg,
  said: Signal,
): Promise<Outcome<Record<never, never>>> {
  const leg = side.leg!;
  if (said.kind === 'candidate' && leg.finds(said)) media.candidate(said.candidate);
  if (said.kind !== 'offer') return NOTHING;
  const isFree = leg.state === 'stable' || leg.state === 'beginning';
  if (!isFree || said.round !== leg.round + 1) return callErrors.fault('CALL_GLARE');
  leg.offers(said.round, said.sdp);
  const answered = await media.answer(said.sdp);
  // Its media host was lost meanwhile: it was told to begin anew.
  if (side.media !== media) return NOTHING;
  leg.settles();
  if (answered.ok) sees(call, media.picture.length > 0);
  void board.commit(call);
  const { round } = said;
  const signal: Signal = answered.ok
    ? { kind: 'answer', round, sdp: answered.value.sdp }
    : { kind: 'rollback', round };
  board.tell(call, [{ windowId: leg.windowId, signal }]);
  return NOTHING;
}

/** Of a picture that goes through the server, both ends know the same. */
function sees(call: Call, video: boolean): void {
  for (const side of [call.near, call.far])
    if (side !== undefined && side.shown.video !== video) side.change({ video });
}

/** The caller's window while nobody has answered: what it says goes to all windows that ring. */
function whileRinging({ call, side }: Seat, said: Signal): Outcome<Told[]> {
  const from = side.leg!;
  const windows = [...call.rung].flatMap(({ rings }) => [...rings]);
  switch (said.kind) {
    case 'candidate': {
      if (!from.finds(said)) return done([]);
      return done(windows.map((windowId) => ({ windowId, signal: { ...said, round: 1 } })));
    }
    case 'offer':
      if (from.state !== 'beginning' || said.round !== from.round + 1) return callErrors.fault('CALL_GLARE');
      from.offers(said.round, said.sdp);
      call.whenOffered?.();
      return done(windows.flatMap((windowId) => offerTo(windowId, from)));
    default:
      return done([]);
  }
}

/** An offer was answered: picture and screen are what both took. */
function agree(call: Call, isVideoTaken: boolean): void {
  const { proposal } = call;
  call.proposal = undefined;
  if (proposal === undefined) return;
  for (const side of [call.near, call.far]) {
    if (side === undefined) continue;
    const video = proposal.video === true && isVideoTaken;
    const screen = proposal.screen ?? side.shown.screen;
    if (video !== side.shown.video || screen !== side.shown.screen) side.change({ video, screen });
  }
}
