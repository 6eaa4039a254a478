// Dialog identifiers (RFC 3261 §12): Call-ID, local tag, remote tag. Keys of the map in which an element holds dialogs.
import { tagOf } from '../header/name-addr.ts';
import type { SipRequest, SipResponse } from '../message.ts';
import type { Dialog } from './dialog.ts';

/** A peer that is older than tags has none: the empty one (RFC 3261 §12.1.1). */
export function dialogKey(callId: string, localTag: string, remoteTag: string): string {
  return `${callId}\u0000${localTag}\u0000${remoteTag}`;
}

export function keyOfDialog(dialog: Dialog): string {
  return dialogKey(dialog.callId, dialog.localTag, dialog.remoteTag);
}

/** The dialog that a request we received is in; undefined where it has no To tag and so is in none. */
export function dialogKeyOfRequest(request: SipRequest): string | undefined {
  const { headers } = request;
  const localTag = tagOf(headers.get('To'));
  if (localTag === undefined) return undefined;
  return dialogKey(headers.get('Call-ID') ?? '', localTag, tagOf(headers.get('From')) ?? '');
}

/** The dialog that a response we received is in or makes; undefined for a 100 and where our own tag is missing. */
export function dialogKeyOfResponse(response: SipResponse): string | undefined {
  const { headers } = response;
  const localTag = tagOf(headers.get('From'));
  if (localTag === undefined || response.status === 100) return undefined;
  return dialogKey(headers.get('Call-ID') ?? '', localTag, tagOf(headers.get('To')) ?? '');
}
