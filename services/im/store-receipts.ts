// The rows of what phones want to hear of their messages: one for each recipient. SQL of phone-receipts.ts.
import type { ServiceStore } from '@parley/platform/store';
import type { ImTables } from './store.ts';

type Own = ServiceStore<ImTables>;

export interface AskedReceipts {
  readonly conversationId: string;
  readonly seq: number;
  readonly senderId: string;
  /** The phone that asks. */
  readonly deviceId: string;
  /** The phone's own id of its message. */
  readonly imdnId: string;
  readonly sentAt: number;
  readonly wantsDelivery: boolean;
  readonly wantsDisplay: boolean;
  readonly recipientIds: readonly string[];
}

export type AskedReceipt = Omit<AskedReceipts, 'recipientIds'> & { readonly recipientId: string };

const FIELDS = `conversation_id as "conversationId", seq, recipient_id as "recipientId", sender_id as "senderId",
  device_id as "deviceId", imdn_id as "imdnId", sent_at as "sentAt", wants_delivery as "wantsDelivery",
  wants_display as "wantsDisplay"`;

export async function putAsked(own: Own, asked: AskedReceipts, now: number): Promise<void> {
  await own.statement(
    'put-asked',
    `insert into im.receipts_asked (conversation_id, seq, recipient_id, sender_id, device_id, imdn_id, sent_at,
       wants_delivery, wants_display, asked_at)
     select $1, $2, given.id, $3, $4, $5, $6, $7, $8, $9 from unnest($10::text[]) as given (id)
     on conflict do nothing`,
    [
      asked.conversationId,
      asked.seq,
      asked.senderId,
      asked.deviceId,
      asked.imdnId,
      asked.sentAt,
      asked.wantsDelivery,
      asked.wantsDisplay,
      now,
      asked.recipientIds,
    ],
  );
}

interface Reach {
  readonly conversationId: string;
  readonly recipientId: string;
  readonly seq: number;
}

/** Those up to this message who want to hear that it arrived; they are not found again for that. */
export function takeReached(
  own: Own,
  { conversationId, recipientId, seq }: Reach,
): Promise<readonly AskedReceipt[]> {
  return own.statement<AskedReceipt>(
    'take-reached',
    `update im.receipts_asked set wants_delivery = false
     where conversation_id = $1 and recipient_id = $2 and seq <= $3 and wants_delivery
     returning ${FIELDS}`,
    [conversationId, recipientId, seq],
  );
}

/** Those up to this message of these senders; they are not found again. */
export function takeRead(
  own: Own,
  { conversationId, recipientId, seq, senderIds }: Reach & { readonly senderIds: readonly string[] },
): Promise<readonly AskedReceipt[]> {
  return own.statement<AskedReceipt>(
    'take-read',
    `delete from im.receipts_asked
     where conversation_id = $1 and recipient_id = $2 and seq <= $3 and sender_id = any($4::text[])
       and (wants_delivery or wants_display)
     returning ${FIELDS}`,
    [conversationId, recipientId, seq, senderIds],
  );
}

export async function forgetAskedBefore(own: Own, before: number): Promise<void> {
  await own.statement(
    'forget-asked',
    'delete from im.receipts_asked where asked_at < $1 or not (wants_delivery or wants_display)',
    [before],
  );
}

export function openAsked(
  own: Own,
  limit: number,
): Promise<readonly { readonly conversationId: string; readonly senderId: string }[]> {
  return own.statement(
    'open-asked',
    `select distinct conversation_id as "conversationId", sender_id as "senderId" from im.receipts_asked limit $1`,
    [limit],
  );
}
