// Whose turn it is to describe the session (RFC 3264 §4; RFC 3261 §13.2.1; RFC 3262 §5; RFC 3311 §5): at most one
// offer is open at a time. The descriptions themselves are not looked at. A part of InviteSession.
import { parseContentDisposition } from '../header/content-disposition.ts';
import { mediaTypeOf } from '../header/content-type.ts';
import type { SipMessage } from '../message.ts';

export type OfferState = 'stable' | 'we offered' | 'they offered';

/**
 * Whether a message describes a session (RFC 3261 §13.2.1): a body of disposition `session`, which SDP has by
 * default.
 */
export function describesSession(message: SipMessage): boolean {
  if (message.body.length === 0) return false;
  const disposition = message.headers.get('Content-Disposition');
  if (disposition !== undefined && parseContentDisposition(disposition)?.type !== 'session') return false;
  const type = mediaTypeOf(message.headers.get('Content-Type'));
  return type === 'application/sdp' || type?.startsWith('multipart/') === true;
}

export class OfferAnswer {
  state: OfferState = 'stable';
  /** RFC 3261 §13.2.1: after the answer in a reliable 1xx, a description in the 2xx of that INVITE is to be ignored. */
  #inviteIsAnswered = false;

  /** An INVITE, ours or theirs, opens an exchange of its own. */
  inviteSent(message: SipMessage): void {
    this.#inviteIsAnswered = false;
    this.sent(message);
  }
  inviteReceived(message: SipMessage): void {
    this.#inviteIsAnswered = false;
    this.received(message);
  }
  sent(message: SipMessage): void {
    if (describesSession(message)) this.state = this.state === 'they offered' ? 'stable' : 'we offered';
  }
  received(message: SipMessage): void {
    if (describesSession(message)) this.state = this.state === 'we offered' ? 'stable' : 'they offered';
  }
  /** A reliable 1xx or the 2xx of an INVITE. @returns whether it is an offer that the other side answers. */
  inviteResponse(response: SipMessage, by: 'us' | 'them'): boolean {
    if (this.#inviteIsAnswered || !describesSession(response)) return false;
    const answered = this.state === (by === 'us' ? 'they offered' : 'we offered');
    if (by === 'us') this.sent(response);
    else this.received(response);
    this.#inviteIsAnswered = true;
    return !answered;
  }
  /** RFC 3261 §14.1: after a refusal the session is "as if no re-INVITE had been issued", and so with other offers. */
  refused(by: 'us' | 'them'): void {
    if (this.state === (by === 'us' ? 'we offered' : 'they offered')) this.state = 'stable';
  }
}
