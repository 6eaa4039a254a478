// How conversations and messages are called towards phones: a group has an address that one can write to, and a message an
// id that says where it stands. Pure. Used by sip.ts.
import type { Message } from './contract.ts';

const PREFIX = 'conversation-';
const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The local part of its address. */
export function conversationName(conversationId: string): string {
  return `${PREFIX}${conversationId}`;
}

/** The conversation that has this local part, or undefined where it is a person's. */
export function conversationNamed(localPart: string): string | undefined {
  const id = localPart.startsWith(PREFIX) ? localPart.slice(PREFIX.length) : '';
  return ID.test(id) ? id : undefined;
}

/** Where a message stands, as its id; undefined for one that is not kept. */
export function messageName({ conversationId, seq }: Pick<Message, 'conversationId' | 'seq'>) {
  return seq === 0 ? undefined : `${conversationId}.${seq}`;
}

/** COMPAT(linphone 5.1): it names a plain message by its Call-ID, which has a domain behind it; until none of those is left. */
export function messageNamed(
  id: string,
): { readonly conversationId: string; readonly seq: number } | undefined {
  const name = id.replace(/@.*$/s, '');
  const dot = name.lastIndexOf('.');
  const seq = name.slice(dot + 1);
  const conversationId = name.slice(0, Math.max(dot, 0));
  if (!/^[1-9]\d{0,8}$/.test(seq) || !ID.test(conversationId)) return undefined;
  return { conversationId, seq: Number(seq) };
}
