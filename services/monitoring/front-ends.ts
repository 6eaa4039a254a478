// Which front ends keep messages, and how all of them are asked at once. Each says every few seconds that it is there; one
// that does not answer in time is counted, so that a page can say what is missing.
import type { Bus } from '@parley/platform/bus';
import type { CommandContract, Outcome, ReplyOf, RequestOf } from '@parley/platform/contract';
import { type ServiceContext, startRounds } from '@parley/platform/host';
import { type TSchema, Type } from 'typebox';

const BEAT_MS = 10_000;
const TTL_MS = 35_000;
const ASK_MS = 4_000;
const Beat = Type.Object({ at: Type.Number() });

export interface FrontEnds extends AsyncDisposable {
  /** What each one answered; `silent` counts those that did not. */
  ask<Q extends TSchema, R extends TSchema>(
    contract: CommandContract<Q, R>,
    request: RequestOf<CommandContract<Q, R>>,
  ): Promise<{ readonly replies: ReplyOf<CommandContract<Q, R>>[]; readonly silent: number }>;
  askOne<Q extends TSchema, R extends TSchema>(
    nodeId: string,
    contract: CommandContract<Q, R>,
    request: RequestOf<CommandContract<Q, R>>,
  ): Promise<Outcome<ReplyOf<CommandContract<Q, R>>>>;
  /** In a fixed order. */
  nodeIds(): Promise<string[]>;
}

/** Says that this one is there, and knows the others. Disposing says that it leaves. */
export async function joinFrontEnds(context: ServiceContext): Promise<FrontEnds> {
  const { bus, clock, log, nodeId } = context;
  const nodes = await bus.keyValue('monitoring-nodes', Beat, { ttlMs: TTL_MS });
  const beat = () => nodes.put(nodeId, { at: clock.wallNow() });
  await beat();
  const rounds = startRounds(
    context,
    { everyMs: BEAT_MS, failure: 'other front ends may not find the SIP messages of this one for now' },
    beat,
  );
  const reconnected = bus.onReconnect(() => rounds.soon());

  async function nodeIds(): Promise<string[]> {
    return [...new Set([nodeId, ...(await nodes.keys())])].sort();
  }

  return {
    nodeIds,
    askOne: (node, contract, request) => bus.call(contract, request, { node, deadlineMs: ASK_MS }),
    async ask(contract, request) {
      const outcomes = await askAll(bus, await nodeIds(), contract, request);
      const replies = outcomes.flatMap((outcome) => (outcome.ok ? [outcome.value] : []));
      // One that has left a moment ago has nothing any more.
      const left = outcomes.filter((outcome) => !outcome.ok && outcome.fault.code === 'BUS_NO_RESPONDER');
      return { replies, silent: outcomes.length - replies.length - left.length };
    },
    async [Symbol.asyncDispose]() {
      reconnected[Symbol.dispose]();
      await rounds[Symbol.asyncDispose]();
      await nodes
        .delete(nodeId)
        .catch((error) => log.debug({ error }, 'other front ends will notice in a while'));
    },
  };
}

function askAll<Q extends TSchema, R extends TSchema>(
  bus: Bus,
  nodeIds: readonly string[],
  contract: CommandContract<Q, R>,
  request: RequestOf<CommandContract<Q, R>>,
): Promise<Outcome<ReplyOf<CommandContract<Q, R>>>[]> {
  return Promise.all(nodeIds.map((node) => bus.call(contract, request, { node, deadlineMs: ASK_MS })));
}
