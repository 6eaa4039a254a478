// The way out of this front end: over a flow of its own, or over the hop to the front end that holds the flow. Used by
// fork.ts and walk.ts.
import type { Destination, Flow, SipServer } from '@parley/platform/net';
import type { SipRequest } from '@parley/protocol/sip';
import { type FlowName, type FlowTokens, routeOf } from './flow-token.ts';
import type { PeerTable } from './peer-table.ts';
import type { PoolHop } from './pool-hop.ts';

export interface OpenedWay {
  readonly flow: Flow;
  /** What the front end at the other end of a hop needs to know. */
  readonly routes: readonly string[];
}

const NO_ROUTES: readonly string[] = [];

export class Outlet {
  readonly sip: SipServer;
  readonly peers: PeerTable;
  readonly #nodeId: string;
  readonly #tokens: FlowTokens;
  readonly #hop: PoolHop;

  constructor(sip: SipServer, nodeId: string, tokens: FlowTokens, hop: PoolHop, peers: PeerTable) {
    this.sip = sip;
    this.peers = peers;
    this.#nodeId = nodeId;
    this.#tokens = tokens;
    this.#hop = hop;
  }

  /** Undefined where the flow is gone. */
  open({ nodeId, flowId }: FlowName): OpenedWay | undefined {
    if (nodeId === this.#nodeId) {
      const flow = this.sip.flow(flowId);
      return flow === undefined ? undefined : { flow, routes: NO_ROUTES };
    }
    const flow = this.#hop.flowTo(nodeId);
    if (flow === undefined) return undefined;
    return { flow, routes: [routeOf(this.#tokens.make({ nodeId, flowId }), this.sip.sentBy(flow))] };
  }

  /** A front end that cannot be reached any more. */
  isGone({ nodeId }: FlowName): boolean {
    return this.#hop.isGone(nodeId);
  }

  /** The way to a server elsewhere; undefined where it cannot be reached. */
  async reach(destination: Destination, request: SipRequest): Promise<OpenedWay | undefined> {
    const flow = await this.sip.flowTo(destination, request);
    return flow === undefined ? undefined : { flow, routes: NO_ROUTES };
  }

  /** The Record-Route value by which requests of a dialog find that flow again. */
  routeOver(flow: Flow, name: FlowName = this.nameOf(flow)): string {
    return routeOf(this.#tokens.make(name), this.sip.sentBy(flow));
  }

  /** A peer is reached by whatever connection there is when the time comes; anyone else by this flow only. */
  nameOf(flow: Flow): FlowName {
    const origin = this.peers.originOf(flow);
    if (origin.kind === 'peer') return this.peers.flowNameOf(origin.peer);
    return { nodeId: this.#nodeId, flowId: flow.id };
  }
}
