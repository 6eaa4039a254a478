// CANCEL (RFC 3261 §9.1): gives up an INVITE that has no final response yet. Used by InviteClient and the proxy's peers.
import { createRequest } from '../build-message.ts';
import { parseCSeq, serializeCSeq } from '../header/cseq.ts';
import type { SipRequest } from '../message.ts';

/**
 * "The Request-URI, Call-ID, To, the numeric part of CSeq, and From header fields in the CANCEL request MUST be
 * identical to those in the request being cancelled"; Via equals its top Via, where the INVITE carries one already,
 * and so does Route.
 */
export function cancelOf(invite: SipRequest): SipRequest {
  const { headers } = invite;
  const cancel = createRequest({ method: 'CANCEL', uri: invite.uri });
  const copy = (name: string, value: string | undefined) => {
    if (value !== undefined) cancel.headers.append(name, value);
  };
  copy('Via', headers.get('Via'));
  copy('Max-Forwards', '70');
  for (const route of headers.getAll('Route')) copy('Route', route);
  for (const name of ['From', 'To', 'Call-ID']) copy(name, headers.get(name));
  const sequence = parseCSeq(headers.get('CSeq') ?? '')?.sequence ?? 1;
  copy('CSeq', serializeCSeq({ sequence, method: 'CANCEL' }));
  return cancel;
}
