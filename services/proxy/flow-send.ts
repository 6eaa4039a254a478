// Requests of other services to a device, sent over the flow that it registered on, by the front end that holds it. Used by
// service.ts.
import { done, type Outcome, type ReplyOf, type RequestOf } from '@parley/platform/contract';
import type { ServiceContext } from '@parley/platform/host';
import { createRequest, type SipRequest } from '@parley/protocol/sip';
import { proxyErrors, type sendOnFlow } from './contract.ts';

const { fault } = proxyErrors;
/** They are no request-response pairs of their own (RFC 3261 §17). */
const NOT_SENT = new Set(['INVITE', 'ACK', 'CANCEL']);

type Ask = RequestOf<typeof sendOnFlow>;
type Reply = ReplyOf<typeof sendOnFlow>;

/** Serves `proxy.sendOnFlow` for flows that this node holds. */
export async function sendHere({ sip }: Pick<ServiceContext, 'sip'>, ask: Ask): Promise<Outcome<Reply>> {
  const target = sip().flow(ask.flowId);
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
