// Where a call lives: on the front end where it began, whose place stands at the beginning of the ids of its sides. A command
// that comes to another front end goes there.
import { createHash } from 'node:crypto';
import type { Bus, Subscription } from '@parley/platform/bus';
import type { CommandContract, Outcome, ReplyOf, RequestOf } from '@parley/platform/contract';
import type { TSchema } from 'typebox';
import { callErrors } from './contract.ts';

/** The name of a front end on the bus, for calls: it stands in ids that browsers see, and says nothing of the node. */
export function placeOf(nodeId: string): string {
  return createHash('sha256').update(nodeId).digest('hex').slice(0, 16);
}

export function placeOfSide(sideId: string): string {
  return sideId.split('-', 1)[0] ?? '';
}

/** Serves a command on every front end, and lets the one answer that `placeFor` names; undefined: whoever was asked. */
export async function serveAtPlace<Q extends TSchema, R extends TSchema>(
  bus: Bus,
  here: string,
  contract: CommandContract<Q, R>,
  placeFor: (request: RequestOf<CommandContract<Q, R>>) => string | undefined,
  handler: (
    request: RequestOf<CommandContract<Q, R>>,
  ) => Promise<Outcome<ReplyOf<CommandContract<Q, R>>>> | Outcome<ReplyOf<CommandContract<Q, R>>>,
): Promise<Subscription[]> {
  return await Promise.all([
    bus.serve(contract, async (request) => {
      const place = placeFor(request) ?? here;
      if (place === here) return handler(request);
      const answered = await bus.call(contract, request, { node: place });
      // That front end is gone, and its calls with it.
      const isGone = !answered.ok && answered.fault.code === 'BUS_NO_RESPONDER';
      return isGone ? callErrors.fault('CALL_GONE') : answered;
    }),
    bus.serve(contract, async (request) => handler(request), { node: here }),
  ]);
}
