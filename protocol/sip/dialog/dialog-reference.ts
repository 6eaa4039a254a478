// Which of our dialogs an INVITE with Replaces or Join means, and how it is refused (RFC 3891 §3, RFC 3911 §4). Used
// by the user agent core before it rings.
import { parseJoin, parseReplaces, serializeDialogReference } from '../header/dialog-reference.ts';
import type { SipRequest } from '../message.ts';
import { type Dialog, type Refusal, refusal } from './dialog.ts';
import { dialogKey } from './dialog-key.ts';

export type ReferenceOutcome =
  /** The INVITE names no dialog: treat it as any other. */
  | { readonly ok: true; readonly kind: 'none' }
  /** Accept it, then end the dialog: BYE where it is confirmed, CANCEL where it is early (RFC 3891 §3). */
  | { readonly ok: true; readonly kind: 'replaces' | 'join'; readonly dialog: Dialog }
  | Refusal;

/** @param find looks up a dialog of an INVITE, terminated ones included while they are remembered, by `dialogKey`. */
export function referencedDialog(
  request: SipRequest,
  find: (key: string) => Dialog | undefined,
): ReferenceOutcome {
  const { headers } = request;
  const replaces = headers.getAll('Replaces');
  const joins = headers.getAll('Join');
  if (replaces.length + joins.length === 0) return { ok: true, kind: 'none' };
  // RFC 3891 §3, RFC 3911 §4: "more than one", both together, or in a request that is no INVITE: 400.
  if (replaces.length + joins.length > 1 || request.method !== 'INVITE')
    return refusal(400, 'Bad Replaces or Join');
  const kind = replaces.length === 1 ? 'replaces' : 'join';
  const reference = kind === 'replaces' ? parseReplaces(replaces[0]!) : parseJoin(joins[0]!);
  if (reference === undefined) return refusal(400, 'Bad Replaces or Join');
  const { callId, toTag, fromTag } = reference;
  const dialog =
    find(dialogKey(callId, toTag, fromTag)) ??
    // RFC 3891 §3: a tag of zero also matches the missing tag of a peer older than tags.
    (fromTag === '0' ? find(dialogKey(callId, toTag, '')) : undefined);
  if (dialog === undefined) return refusal(481, 'Call/Transaction Does Not Exist');
  if (dialog.state === 'terminated') return refusal(603, 'Decline');
  if (dialog.state === 'early' && dialog.role === 'uas')
    return refusal(481, 'Call/Transaction Does Not Exist');
  if (dialog.state === 'confirmed' && reference.isEarlyOnly) return refusal(486, 'Busy Here');
  return { ok: true, kind, dialog };
}

/** The Replaces or Join that makes the other end of this dialog, when it is sent there, find it. */
export function referenceTo(dialog: Dialog, options: { readonly isEarlyOnly?: boolean } = {}): string {
  return serializeDialogReference({
    callId: dialog.callId,
    toTag: dialog.remoteTag === '' ? '0' : dialog.remoteTag,
    fromTag: dialog.localTag,
    isEarlyOnly: options.isEarlyOnly ?? false,
  });
}
