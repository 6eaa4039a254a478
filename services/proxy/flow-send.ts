// Sending a request to a device over the flow that it registered on: here, or through the front end that holds the flow.
import { done, type Outcome, type ReplyOf, type RequestOf } from '@parley/platform/contract';
import type { ServiceContext } from '@parley/platform/host';
import { createHeaderFields, createRequest, type SipRequest } from '@parley/protocol/sip';
import type { Binding } from '../registrar/contract.ts';
import { proxyErrors, sendOnFlow } from './contract.ts';
import type { BranchOutcome } from './forward.ts';
import { flowNamed } from './station.ts';

const { fault } = proxyErrors;
/** Longer than timer F (RFC 3261 §17.1.2.2), so that the answer is the transaction's and not the bus's. */
const DEADLINE_MS = 40_000;
/** They are no request-response pairs of their own (RFC 3261 §17). */
const NOT_SENT = new Set(['INVITE', 'ACK', 'CANCEL']);

type Ask = RequestOf<typeof sendOnFlow>;
type Reply = ReplyOf<typeof sendOnFlow>;

/** Serves `proxy.sendOnFlow` for flows that this node holds. */
export async function sendHere({ sip }: Pick<ServiceContext, 'sip'>, ask: Ask): Promise<Outcome<Reply>> {
  const target = flowNamed(sip(), ask.flowId);
  if (target === undefined) return fault('PROXY_FLOW_GONE');
  const request = requestOf(ask);
  if (request === undefined) return fault('PROXY_BAD_REQUEST');
  const outcome = await sip().request(request, target);
  if (outcome.kind === 'failed')
    return fault(outcome.reason === 'timeout' ? 'PROXY_TIMEOUT' : 'PROXY_FLOW_GONE');
  const { status, reason, headers, body } = outcome.response;
  return done({
    status,
    reason,
    headers: Array.from(headers.entries(), ([name, value]): [string, string] => [name, value]),
    body: Buffer.from(body).toString('base64'),
  });
}

/** Sends a request to one device, wherever its flow is. */
export async function sendToBinding(
  context: ServiceContext,
  binding: Binding,
  request: SipRequest,
): Promise<BranchOutcome> {
  const { bus, nodeId, sip } = context;
  if (binding.nodeId === nodeId) {
    const target = flowNamed(sip(), binding.flowId);
    return target === undefined ? { kind: 'failed' } : await sip().request(request, target);
  }
  const ask: Ask = {
    flowId: binding.flowId,
    method: request.method,
    uri: request.uri,
    headers: Array.from(request.headers.entries(), ([name, value]): [string, string] => [name, value]),
    body: Buffer.from(request.body).toString('base64'),
  };
  const answer = await bus.call(sendOnFlow, ask, { node: binding.nodeId, deadlineMs: DEADLINE_MS });
  if (!answer.ok) return { kind: 'failed' };
  const { status, reason, headers = [], body = '' } = answer.value;
  const response = {
    status,
    reason,
    headers: createHeaderFields(headers),
    body: Buffer.from(body, 'base64'),
  };
  return { kind: 'response', response };
}

/** The request, or undefined where it could not be written to the wire. */
function requestOf({ method, uri, headers, body }: Ask): SipRequest | undefined {
  if (NOT_SENT.has(method)) return undefined;
  try {
    return createRequest({ method, uri, headers, body: Buffer.from(body, 'base64') });
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
