// What a server writes into the topmost Via of a request, received and rport (RFC 3261 §18.2.1, RFC 3581 §4), and where
// that sends the response (RFC 3261 §18.2.2). Used by transaction-layer.ts.
import { knowTopVia, serializeVia, type Via } from '../header/via.ts';
import type { SipRequest } from '../message.ts';

const DEFAULT_PORT = 5060;
const DEFAULT_TLS_PORT = 5061;

/**
 * Writes where the request really came from into its topmost Via, in place.
 * RFC 3261 §18.2.1: if sent-by is a domain name or differs from the source, "the server MUST add a received parameter".
 * RFC 3581 §4: with an empty rport, it "MUST set the value of the parameter to the source port" and add received always.
 */
export function stampVia(request: SipRequest, via: Via, remoteAddress: string, remotePort: number): void {
  const wantsPort = via.params.has('rport');
  const host = via.host.startsWith('[') ? via.host.slice(1, -1) : via.host;
  const isElsewhere = wantsPort || host.toLowerCase() !== remoteAddress.toLowerCase();
  if (!isElsewhere && !via.params.has('received')) return;
  const params = new Map(via.params);
  // What the client wrote there itself is not believed.
  params.delete('received');
  if (wantsPort) params.set('rport', String(remotePort));
  if (isElsewhere) params.set('received', remoteAddress);
  const stamped = { ...via, params };
  request.headers.replaceFirst('Via', serializeVia(stamped));
  knowTopVia(request.headers, stamped);
}

/**
 * The port that the response goes to over an unreliable transport: the one that the request came from if the client
 * asked so with rport (RFC 3581 §4), else that of sent-by. The address is always the one that the request came from.
 *
 * DEVIATES RFC 3261 §18.2.2: maddr is not followed, because it would let anyone aim our responses at a third party.
 */
export function responsePort(via: Via, remotePort: number): number {
  if (via.params.has('rport')) return remotePort;
  return via.port ?? (via.transport === 'TLS' ? DEFAULT_TLS_PORT : DEFAULT_PORT);
}
