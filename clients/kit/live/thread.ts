// The loaded messages of one conversation: pages join them only where no message is missing. Pure.
import type { Conversation, Message } from '../contracts.ts';
import type { LiveState, Thread } from './live-state.ts';

/** A thread that is further behind than this is loaded anew instead of being filled. */
export const FILL_LIMIT = 200;

export function lastSeqOf(thread: Thread): number {
  return thread.messages.at(-1)?.seq ?? 0;
}

/** Adds one message at the end. A message after a gap is left out: the gap is filled from the server's history. */
export function appendMessage(thread: Thread, message: Message): Thread {
  if (message.seq !== lastSeqOf(thread) + 1) return thread;
  return { ...thread, messages: [...thread.messages, message] };
}

/** The newest page, which the server gives newest first. */
export function newestPage(page: readonly Message[], more: boolean, revision = 0): Thread {
  return { messages: ascending(page), hasOlder: more, revision };
}

/** A loaded message by its place. */
export function messageIn(thread: Thread | undefined, seq: number): Message | undefined {
  return thread?.messages[placeOf(thread, seq)];
}

/** Where a message stands in a thread, or -1. What one may not see of a group leaves a gap between its messages. */
function placeOf({ messages }: Thread, seq: number): number {
  const guess = seq - (messages[0]?.seq ?? 0);
  return messages[guess]?.seq === seq ? guess : messages.findIndex((message) => message.seq === seq);
}

/** Puts in a message as it is after a change; an older change than the one that is here does nothing. */
export function changeMessage(thread: Thread, message: Message): Thread {
  const at = placeOf(thread, message.seq);
  const held = thread.messages[at];
  if (held === undefined) return appendMessage(thread, message);
  if ((held.revision ?? 0) >= (message.revision ?? 0)) return thread;
  return { ...thread, messages: thread.messages.with(at, message) };
}

/** The same for a change that was told by an event: with the next one in order, the thread is that far. */
export function applyChange(thread: Thread, message: Message): Thread {
  const changed = changeMessage(thread, message);
  const isNext = message.revision === (thread.revision ?? 0) + 1 && message.seq <= lastSeqOf(changed);
  return isNext ? { ...changed, revision: message.revision ?? 0 } : changed;
}

/** A page of changes. `revision` is that of the conversation when there are no more. */
export function applyChanges(
  thread: Thread,
  page: readonly Message[],
  more: boolean,
  revision: number,
): Thread {
  const reached = more ? (page.at(-1)?.revision ?? 0) : revision;
  const changed = page.reduce(changeMessage, thread);
  return { ...changed, revision: Math.max(thread.revision ?? 0, reached) };
}

/** After which revision the loaded part of a conversation lacks changes, or null. */
export function missingChangesAfter(state: LiveState, conversationId: string): number | null {
  const thread = state.threads[conversationId];
  const conversation = state.conversations[conversationId];
  if (thread === undefined || conversation === undefined) return null;
  const reached = thread.revision ?? 0;
  return reached < (conversation.revision ?? 0) ? reached : null;
}

/** A page above the loaded part. */
export function prependPage(thread: Thread, page: readonly Message[], more: boolean): Thread {
  const first = thread.messages[0]?.seq;
  if (first === undefined) return newestPage(page, more);
  const older = ascending(page).filter((message) => message.seq < first);
  if (older.length > 0 && older.at(-1)?.seq !== first - 1 && !isReturn(thread.messages[0])) return thread;
  return { ...thread, messages: [...older, ...thread.messages], hasOlder: more };
}

/** Who comes back into a group may not see what was said meanwhile: above the word of it there is a gap. */
function isReturn(message: Message | undefined): boolean {
  return message?.notice?.kind === 'added';
}

/**
 * A page below the loaded part. It begins with what comes after `afterSeq` for who asks, whatever its number: what was said
 * while somebody was not in a group is not for them.
 */
export function appendPage(thread: Thread, page: readonly Message[], afterSeq: number): Thread {
  const last = lastSeqOf(thread);
  const newer = ascending(page).filter((message) => message.seq > last);
  if (last < afterSeq || newer.length === 0) return thread;
  return { ...thread, messages: [...thread.messages, ...newer] };
}

/** After which message the loaded part of a conversation lacks something, or null. */
export function missingAfter(state: LiveState, conversationId: string): number | null {
  const thread = state.threads[conversationId];
  const conversation = state.conversations[conversationId];
  if (thread === undefined || conversation === undefined || thread.hasNewer === true) return null;
  const last = lastSeqOf(thread);
  return last < conversation.lastSeq ? last : null;
}

export function keepThread(thread: Thread, conversation: Conversation): boolean {
  const last = lastSeqOf(thread);
  const isNear = conversation.lastSeq - last <= FILL_LIMIT || thread.hasNewer === true;
  return last <= conversation.lastSeq && isNear;
}

/** The page around a message, newest first; `lastSeq` is the last one that there is. */
export function pageAround(
  page: readonly Message[],
  more: boolean,
  lastSeq: number,
  revision?: number,
): Thread {
  const thread = newestPage(page, more, revision);
  return lastSeqOf(thread) < lastSeq ? { ...thread, hasNewer: true } : thread;
}

/** A page below a thread that was opened at an older message. */
export function continuePage(thread: Thread, page: readonly Message[], lastSeq: number): Thread {
  const { hasNewer: _, ...grown } = appendPage(thread, page, lastSeqOf(thread));
  // A page that brings nothing new would be asked for for ever.
  const isDone = lastSeqOf(grown) >= lastSeq || lastSeqOf(grown) === lastSeqOf(thread);
  return isDone ? grown : { ...grown, hasNewer: true };
}

function ascending(page: readonly Message[]): Message[] {
  return [...page].sort((a, b) => a.seq - b.seq);
}
