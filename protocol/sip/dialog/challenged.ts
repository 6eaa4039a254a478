// A request that was challenged, sent again with credentials (RFC 3261 §22.2, §22.3; §8.1.3.5). Used by InviteClient,
// InviteSession and UserAgent.
import { MAX_SEQUENCE, serializeCSeq } from '../header/cseq.ts';
import type { SipRequest, SipResponse } from '../message.ts';
import type { AnswerChallenge } from './session-output.ts';

/**
 * RFC 3261 §8.1.3.5: a new request with "the same value of the Call-ID, To, and From of the previous request, but the
 * CSeq should contain a new sequence number that is one higher". undefined where there is no answer to that challenge.
 */
export function withCredentials(
  request: SipRequest,
  response: SipResponse,
  sequence: number,
  options: { readonly answerChallenge?: AnswerChallenge | undefined },
): SipRequest | undefined {
  if ((response.status !== 401 && response.status !== 407) || sequence > MAX_SEQUENCE) return undefined;
  const answered = options.answerChallenge?.(request, response);
  if (answered === undefined) return undefined;
  const headers = answered.headers.clone();
  // Where the driver wrote its Via into the message, the next transaction writes another.
  headers.remove('Via');
  headers.set('CSeq', serializeCSeq({ sequence, method: request.method }));
  return { ...answered, headers };
}

/** RFC 3261 §13.2.2.4: the ACK of a 2xx "MUST contain the same credentials as the INVITE". */
export function credentialsOf(invite: SipRequest): (readonly [string, string])[] {
  return ['Authorization', 'Proxy-Authorization'].flatMap((name) =>
    invite.headers.getAll(name).map((value) => [name, value] as const),
  );
}
