// Where messages of the two who talk are: found when they begin, so that the chat stands beside the call on every device.
import type { Call } from './call.ts';
import type { Floor } from './floor.ts';

/** Whom a call was last looked up for. */
const lookedUp = new WeakMap<Call, string>();

/** The call goes on meanwhile; without an answer it has no chat beside it. */
export async function findConversation(floor: Floor, call: Call): Promise<void> {
  const { near, far } = call;
  if (far === undefined) return;
  const pair = `${near.userId} ${far.userId}`;
  if (lookedUp.get(call) === pair) return;
  lookedUp.set(call, pair);
  const conversationId = await floor.conversationOf(near.userId, far.userId);
  if (conversationId === undefined || call.near !== near || call.far !== far) return;
  for (const side of [near, far]) if (!side.hasEnded) side.change({ conversationId });
  await floor.board.commit(call);
}
