// Beginning a call: who may, whom it is for, and how many at once and in a minute.
import { randomUUID } from 'node:crypto';
import { done, type Outcome, type RequestOf } from '@parley/platform/contract';
import { partyOf } from './call.ts';
import { CALLS_AT_ONCE, type CallSide, callErrors, type placeCall } from './contract.ts';
import { describe } from './description.ts';
import { type Floor, voicemailParty } from './floor.ts';
import { mayCall } from './licence.ts';
import { WindowLeg } from './negotiation.ts';
import { startRinging } from './ring.ts';

export const WINDOW_NAME = 'Communicator';

const { fault } = callErrors;

export async function place(
  floor: Floor,
  request: RequestOf<typeof placeCall>,
  tooMany: () => void,
): Promise<Outcome<CallSide>> {
  const { userId, windowId, clientId, sdp, video } = request;
  const me = floor.person(userId);
  const described = describe(sdp);
  if (!described.ok) return described;
  if (me === undefined) return fault('CALL_NOT_ALLOWED');
  const isOwn = 'dialled' in request.to && request.to.dialled.trim() === floor.voicemail.number;
  const called = isOwn ? done({ user: me, isNumber: false }) : floor.find(request.to);
  if (!called.ok) return called;
  const { user, isNumber } = called.value;
  if (!isOwn && user.userId === userId) return fault('CALL_NOT_ALLOWED', 'This is your own number.');
  const licensed = mayCall(floor.gate, request, isNumber);
  if (!licensed.ok) return licensed;
  const { running, begun } = await floor.load(userId);
  if (running >= CALLS_AT_ONCE || begun >= floor.perMinute) {
    tooMany();
    return fault('CALL_TOO_MANY');
  }
  const { board } = floor;
  const recordId = randomUUID();
  const near = board.newSide(
    {
      recordId,
      userId,
      direction: 'out',
      state: 'trying',
      other: isOwn ? voicemailParty(floor) : partyOf(user),
      device: { kind: 'window', id: windowId, name: WINDOW_NAME },
      video: video && described.value.hasVideo,
    },
    clientId,
  );
  near.leg = new WindowLeg(windowId, 1, sdp);
  const call = board.open(recordId, near);
  if (isOwn) await floor.voicemail.hear(call, me);
  else {
    const plan = await floor.plan(user.userId, partyOf(me), [userId]);
    if (call.endedAt === undefined) startRinging(floor, call, plan);
  }
  const { shown } = near;
  await board.commit(call);
  return done(shown);
}
