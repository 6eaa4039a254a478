// The Route of a request that comes to us (RFC 3261 §16.4): what a strict router made of it is repaired, our own values are
// taken off, and the flow tokens among them say where the two ends of its dialog are. Pure. Used by walk.ts.
import {
  parseNameAddr,
  parseSipUri,
  repairStrictRoute,
  type SipRequest,
  type SipUri,
  tagOf,
} from '@parley/protocol/sip';
import type { FlowName, FlowTokens } from './flow-token.ts';
import { isOwnHost, type OwnHosts } from './own-hosts.ts';

export interface RoutedRequest {
  readonly request: SipRequest;
  /** The flows that our own Routes named, in order. */
  readonly named: readonly FlowName[];
}

const NOTHING_NAMED: readonly FlowName[] = [];

export function readRoutes(
  request: SipRequest,
  own: OwnHosts,
  tokens: FlowTokens,
  localAddress: string,
): RoutedRequest {
  const isToken = (uri: string) => flowOf(parseSipUri(uri), tokens) !== undefined;
  const repaired = request.headers.has('Route') ? repairStrictRoute(request, isToken) : request;
  const { headers } = repaired;
  const named: FlowName[] = [];
  // The token that a strict router moved to the Request-URI was the first.
  const moved = repaired === request ? undefined : flowOf(parseSipUri(request.uri), tokens);
  if (moved !== undefined) named.push(moved);
  for (let route = headers.get('Route'); route !== undefined; route = headers.get('Route')) {
    const uri = parseSipUri(parseNameAddr(route)?.uri ?? '');
    const flow = flowOf(uri, tokens);
    // A token of ours is ours at whatever address of the installation.
    if (flow === undefined && (uri === undefined || !isOwnHost(own, uri.host, localAddress, uri.port))) break;
    if (flow !== undefined) named.push(flow);
    headers.removeFirst('Route');
  }
  return named.length === 0 ? { request: repaired, named: NOTHING_NAMED } : { request: repaired, named };
}

function flowOf(uri: SipUri | undefined, tokens: FlowTokens): FlowName | undefined {
  return uri?.user === undefined ? undefined : tokens.read(uri.user);
}

export function isInDialog(request: SipRequest): boolean {
  return tagOf(request.headers.get('To')) !== undefined;
}

export interface DialogEnds {
  /** The sender's own Route came over the flow that it names: nobody else knows it. */
  readonly isProven: boolean;
  /** Where the other end is; undefined where the remaining Route or the Request-URI tells. */
  readonly target: FlowName | undefined;
}

/** @param named not empty. */
export function dialogEnds(named: readonly FlowName[], arrivedOver: FlowName): DialogEnds {
  const [first] = named;
  const isProven = first?.flowId === arrivedOver.flowId && first.nodeId === arrivedOver.nodeId;
  if (named.length > 1) return { isProven, target: named.at(-1) };
  return { isProven, target: isProven ? undefined : first };
}
