// What this window has been told to make heard: shown as long as it is unread, on the page or on the desktop, and taken back
// when it is read, answered or waved away anywhere.

import type { TFunction } from 'i18next';
import { createStore } from 'zustand/vanilla';
import type { AlertEvent, LiveClient } from '../../kit/live/live-client.ts';
import { conversationName } from '../../kit/live/selectors.ts';
import { preferences } from '../../kit/theme/preferences.ts';
import { plainText } from '../conversation/markdown/plain-text.ts';
import { closeNotices, mayNotify, showNotice } from './notifications.ts';
import { playSound } from './sounds.ts';

export interface ShownAlert {
  readonly conversationId: string;
  readonly seq: number;
  /** Unix milliseconds. */
  readonly at: number;
}

/** Newest first. */
export const alerts = createStore<readonly ShownAlert[]>(() => []);
const SHOWN = 3;

export type MessageAlert = Exclude<AlertEvent, { readonly type: 'free' | 'voicemailAlert' }>;

export interface AlertPage {
  readonly client: LiveClient;
  readonly t: TFunction;
  readonly open: (conversationId: string) => void;
}

export function takeAlert(event: MessageAlert, page: AlertPage): void {
  const { conversationId, seq } = event;
  if (event.type === 'alertDismissed') {
    withdraw(conversationId, seq);
    return;
  }
  const { live } = page.client.store.getState();
  const conversation = live.conversations[conversationId];
  const message = conversation?.lastMessage;
  if (conversation === undefined || message === undefined || message === null) return;
  // Read in the meantime, or right before somebody's eyes.
  if (conversation.unread === 0 || looksAt() === conversationId) return;
  const isForMe = message.mentions?.includes(live.me?.userId ?? '') === true;
  playSound(message.importance === 'high' || isForMe ? 'important' : 'message');
  if (isVisible() && (document.hasFocus() || !canNotify())) {
    hide(conversationId);
    alerts.setState((shown) => [{ conversationId, seq, at: Date.now() }, ...shown].slice(0, SHOWN), true);
    return;
  }
  if (!canNotify()) return;
  const sender = live.users[message.senderId]?.name ?? page.t('people.unknown');
  const among = conversation.participantIds.length > 2;
  const title = among ? conversationName(live, conversation, page.t('people.unknown')) : sender;
  const words = plainText(message.text);
  const body = among ? `${sender}: ${words}` : words;
  void showNotice({ conversationId, seq, title, body: body.slice(0, 200) }, page.t, page.open);
}

/** Takes back what has been read, here or elsewhere. @returns what ends the watching. */
export function watchReading({ store }: LiveClient): () => void {
  return store.subscribe(({ live }, before) => {
    if (live.conversations === before.live.conversations) return;
    for (const conversation of Object.values(live.conversations)) {
      const held = before.live.conversations[conversation.conversationId];
      if (held === conversation || conversation.unread > 0) continue;
      if ((held?.unread ?? 1) > 0) withdraw(conversation.conversationId, conversation.lastSeq);
    }
  });
}

/** Nothing more is shown of messages up to `seq`. */
export function withdraw(conversationId: string, seq: number): void {
  alerts.setState(
    (shown) => shown.filter((one) => one.conversationId !== conversationId || one.seq > seq),
    true,
  );
  void closeNotices(conversationId, seq);
}

/** Takes it off the page; it stays unread, and others may still be told. */
export function hide(conversationId: string): void {
  alerts.setState((shown) => shown.filter((one) => one.conversationId !== conversationId), true);
}

/** The conversation that somebody has before them here, if any. */
export function looksAt(): string | null {
  if (!isVisible() || !document.hasFocus()) return null;
  const [, conversationId] = /^\/c\/([^/]+)/.exec(location.pathname) ?? [];
  return conversationId === undefined ? null : decodeURIComponent(conversationId);
}

function isVisible(): boolean {
  return document.visibilityState === 'visible';
}

function canNotify(): boolean {
  return preferences.getState().notifications && mayNotify();
}
