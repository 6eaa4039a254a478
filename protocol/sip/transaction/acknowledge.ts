// The ACK that an INVITE client transaction sends for a final response other than 2xx (RFC 3261 §17.1.1.3).
import { createRequest } from '../build-message.ts';
import { parseCSeq, serializeCSeq } from '../header/cseq.ts';
import type { SipRequest, SipResponse } from '../message.ts';

export function acknowledgeFailure(invite: SipRequest, response: SipResponse): SipRequest {
  const ack = createRequest({ method: 'ACK', uri: invite.uri });
  const copy = (name: string, value: string | undefined) => {
    if (value !== undefined) ack.headers.append(name, value);
  };
  // "The ACK MUST contain a single Via header field, and this MUST be equal to the top Via header field".
  copy('Via', invite.headers.get('Via'));
  copy('Max-Forwards', invite.headers.get('Max-Forwards'));
  for (const route of invite.headers.getAll('Route')) copy('Route', route);
  copy('From', invite.headers.get('From'));
  // "The To header field in the ACK MUST equal the To header field in the response being acknowledged".
  copy('To', response.headers.get('To') ?? invite.headers.get('To'));
  copy('Call-ID', invite.headers.get('Call-ID'));
  const sequence = parseCSeq(invite.headers.get('CSeq') ?? '')?.sequence ?? 1;
  copy('CSeq', serializeCSeq({ sequence, method: 'ACK' }));
  return ack;
}
