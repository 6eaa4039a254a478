// What is pushed to the browsers of one person: made, encrypted and sent; a subscription that is over is dropped, one whose
// push service is in trouble is tried again a few times.
import { createHash } from 'node:crypto';
import type { Clock } from '@parley/platform/clock';
import type { Log } from '@parley/platform/observe';
import type { AlertSettings } from './contract.ts';
import { encryptPush } from './encryption.ts';
import type { PushPost } from './http.ts';
import type { Subscription } from './store.ts';
import type { Vapid } from './vapid.ts';

/** What the service worker of a browser reads. */
export type PushContent =
  | {
      readonly type: 'message';
      readonly conversationId: string;
      readonly seq: number;
      /** Who wrote it; empty where the person wants neither name nor text on the screen. */
      readonly title: string;
      readonly body: string;
      readonly unread: number;
    }
  | { readonly type: 'read'; readonly conversationId: string; readonly seq: number }
  /** Somebody for whom the person waited is free; `title` is their name, or empty as above. */
  | { readonly type: 'free'; readonly userId: string; readonly title: string };

/** A day later nobody wants to be called to a message; they see it when they come. Who was free is soon something else. */
const TTL_S = { message: 86_400, read: 86_400, free: 300 } as const;
const TITLE_CHARS = 100;
const BODY_CHARS = 300;

export function contentOf(
  message: { readonly conversationId: string; readonly seq: number; readonly text: string },
  senderName: string,
  unread: number,
  { pushShows }: AlertSettings,
): PushContent {
  const { conversationId, seq } = message;
  return {
    type: 'message',
    conversationId,
    seq,
    title: pushShows === 'nothing' ? '' : cut(senderName, TITLE_CHARS),
    body: pushShows === 'text' ? cut(message.text, BODY_CHARS) : '',
    unread,
  };
}

export function freeContent(
  userId: string,
  name: string,
  { pushShows }: AlertSettings,
): PushContent & { type: 'free' } {
  return { type: 'free', userId, title: pushShows === 'nothing' ? '' : cut(name, TITLE_CHARS) };
}

/** By characters as people count them: half of a surrogate pair is none. */
function cut(text: string, chars: number): string {
  if (text.length <= chars) return text;
  const end = /[\uD800-\uDBFF]/.test(text.charAt(chars - 1)) ? chars - 1 : chars;
  return `${text.slice(0, end)}…`;
}

/** RFC 8030 §5.4: at most 32 characters of base64url. */
function topicOf(subject: string): string {
  return createHash('sha256').update(subject).digest('base64url').slice(0, 32);
}

export type PushOutcome = 'taken' | 'gone' | 'refused' | { readonly afterS: number | undefined };

export interface PushSender {
  send(subscription: Subscription, content: PushContent, signal: AbortSignal): Promise<PushOutcome>;
}

export function createPushSender(needs: {
  readonly vapid: Vapid;
  readonly clock: Clock;
  readonly log: Log;
  readonly post: PushPost;
}): PushSender {
  const { vapid, clock, log, post } = needs;
  return {
    async send(subscription, content, signal) {
      const body = encryptPush(JSON.stringify(content), subscription);
      if (body === undefined) return 'gone';
      const { endpoint } = subscription;
      const answer = await post(
        {
          endpoint,
          body,
          authorization: vapid.authorization(endpoint, clock.wallNow()),
          ttlS: TTL_S[content.type],
          urgency: content.type === 'read' ? 'normal' : 'high',
          topic: topicOf(content.type === 'free' ? `free ${content.userId}` : content.conversationId),
        },
        signal,
      );
      if (answer.kind === 'later') return { afterS: answer.afterS };
      if (answer.kind === 'refused')
        log.warn({ service: new URL(endpoint).origin }, 'a push service refused a notification');
      return answer.kind;
    },
  };
}
