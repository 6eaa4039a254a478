// Answers for all front ends together: lists merged, one ladder of what each saw, full texts page by page. Whoever opens
// full texts is written down before the first of them leaves.
import { done, type Outcome, type ReplyOf, type RequestOf } from '@parley/platform/contract';
import {
  type listCalls,
  monitoringErrors,
  nodeCalls,
  nodeSightings,
  nodeTexts,
  type openTexts,
  type recentSightings,
  type showLadder,
  type TraceSetting,
} from './contract.ts';
import type { FrontEnds } from './front-ends.ts';
import { buildLadder } from './ladder.ts';
import { mergedCalls } from './trace-call.ts';

const LADDER_MESSAGES = 500;

export interface TraceDeskNeeds {
  readonly frontEnds: FrontEnds;
  readonly setting: TraceSetting;
  /** Writes down that somebody opens texts. */
  record(opening: {
    readonly actor: string;
    readonly purpose: string;
    readonly callId: string;
    readonly messages: number;
  }): Promise<void>;
}

export class TraceDesk {
  readonly #needs: TraceDeskNeeds;

  constructor(needs: TraceDeskNeeds) {
    this.#needs = needs;
  }

  async calls(request: RequestOf<typeof listCalls>): Promise<Outcome<ReplyOf<typeof listCalls>>> {
    const { frontEnds, setting } = this.#needs;
    const { replies, silent } = await frontEnds.ask(nodeCalls, request);
    const merged = mergedCalls(replies.flatMap(({ calls }) => calls));
    const oldest = replies.map(({ oldestAt }) => oldestAt).filter((at) => at > 0);
    return done({
      calls: merged.slice(0, request.limit),
      more: merged.length > request.limit || replies.some(({ more }) => more),
      cover: {
        nodes: replies.length + silent,
        silent,
        setting: replies.find((reply) => reply.setting !== 'off')?.setting ?? setting,
        held: replies.reduce((sum, { held }) => sum + held, 0),
        oldestAt: oldest.length === 0 ? 0 : Math.min(...oldest),
      },
    });
  }

  async ladder({ callId }: RequestOf<typeof showLadder>): Promise<Outcome<ReplyOf<typeof showLadder>>> {
    const { replies, silent } = await this.#needs.frontEnds.ask(nodeSightings, {
      filter: {},
      callId,
      limit: LADDER_MESSAGES,
    });
    const sightings = replies.flatMap((reply) => reply.sightings);
    if (sightings.length === 0) return this.#nothing();
    const ladder = buildLadder(callId, sightings);
    return done({ ladder: { ...ladder, cut: ladder.cut || replies.some(({ more }) => more) }, silent });
  }

  async sightings(
    request: RequestOf<typeof recentSightings>,
  ): Promise<Outcome<ReplyOf<typeof recentSightings>>> {
    const { replies, silent } = await this.#needs.frontEnds.ask(nodeSightings, request);
    const sightings = replies
      .flatMap((reply) => reply.sightings)
      .sort((one, other) => one.at - other.at)
      .slice(0, request.limit);
    return done({ sightings, silent });
  }

  /** One front end after the other; `next` is the front end and the id behind which to go on. */
  async texts(request: RequestOf<typeof openTexts>): Promise<Outcome<ReplyOf<typeof openTexts>>> {
    const { frontEnds, record } = this.#needs;
    const { actor, purpose, callId, ids, after } = request;
    const nodeIds = await frontEnds.nodeIds();
    const [nodeAt, idAfter] = after === undefined ? [nodeIds[0] ?? '', ''] : splitCursor(after);
    if (after === undefined) await record({ actor, purpose, callId, messages: ids?.length ?? 0 });
    for (const nodeId of nodeIds) {
      if (nodeId < nodeAt) continue;
      const page = await frontEnds.askOne(nodeId, nodeTexts, {
        callId,
        ...(ids === undefined ? {} : { ids }),
        ...(nodeId === nodeAt && idAfter !== '' ? { after: idAfter } : {}),
      });
      // A front end that has gone takes its messages along.
      if (!page.ok || (page.value.texts.length === 0 && page.value.next === undefined)) continue;
      const following = nodeIds[nodeIds.indexOf(nodeId) + 1];
      const next =
        page.value.next === undefined
          ? following === undefined
            ? undefined
            : `${following} `
          : `${nodeId} ${page.value.next}`;
      return done({ texts: page.value.texts, ...(next === undefined ? {} : { next }) });
    }
    return after === undefined ? this.#nothing() : done({ texts: [] });
  }

  #nothing(): ReturnType<typeof monitoringErrors.fault> {
    const isOff = this.#needs.setting === 'off';
    return monitoringErrors.fault(isOff ? 'MONITORING_TRACE_OFF' : 'MONITORING_NOT_HELD');
  }
}

function splitCursor(cursor: string): [nodeId: string, id: string] {
  const space = cursor.indexOf(' ');
  return space === -1 ? [cursor, ''] : [cursor.slice(0, space), cursor.slice(space + 1)];
}
