// Notifications of the desktop, shown by the service worker where there is one (it brings buttons), else by the page.
import type { TFunction } from 'i18next';

const ICON = '/icons/parley-192.png';
const WORDS = 'parley-words';
const REPLIES = 'parley-replies';

export interface Notice {
  readonly conversationId: string;
  readonly seq: number;
  readonly title: string;
  readonly body: string;
}

/** Without a service worker: what this page shows, by conversation. */
const shown = new Map<string, { readonly seq: number; readonly notification: Notification }>();

function worker(): Promise<ServiceWorkerRegistration | undefined> {
  if (!('serviceWorker' in navigator)) return Promise.resolve(undefined);
  return navigator.serviceWorker.getRegistration();
}

export function mayNotify(): boolean {
  return 'Notification' in globalThis && isSecureContext && Notification.permission === 'granted';
}

export async function showNotice(
  notice: Notice,
  t: TFunction,
  open: (conversationId: string) => void,
): Promise<void> {
  const { conversationId, seq, title, body } = notice;
  // One for each conversation: a newer message takes the place of an older one.
  const options = { body, tag: conversationId, icon: ICON, silent: true, data: { conversationId, seq } };
  const registration = await worker();
  if (registration?.active) {
    const actions = [
      { action: 'reply', type: 'text', title: t('alerts.reply'), placeholder: t('alerts.reply') },
      { action: 'read', title: t('alerts.markRead') },
      { action: 'snooze', title: t('alerts.snooze15') },
    ];
    await registration.showNotification(title, { ...options, actions } as NotificationOptions);
    return;
  }
  const notification = new Notification(title, options);
  shown.set(conversationId, { seq, notification });
  notification.onclick = () => {
    window.focus();
    open(conversationId);
    notification.close();
  };
}

/** About no conversation: a click brings the page. */
export async function showPlainNotice(tag: string, title: string): Promise<void> {
  const options = { tag, icon: ICON, silent: true };
  const registration = await worker();
  if (registration?.active) return registration.showNotification(title, options);
  const notification = new Notification(title, options);
  notification.onclick = () => {
    window.focus();
    notification.close();
  };
}

/** Closes what stands on this device's screen for messages up to `seq`. */
export async function closeNotices(conversationId: string, seq: number): Promise<void> {
  const own = shown.get(conversationId);
  if (own !== undefined && own.seq <= seq) {
    own.notification.close();
    shown.delete(conversationId);
  }
  const registration = await worker();
  for (const notification of (await registration?.getNotifications({ tag: conversationId })) ?? [])
    if ((notification.data?.seq ?? 0) <= seq) notification.close();
}

/** The service worker speaks the page's language. */
export async function teachWords(t: TFunction): Promise<void> {
  if (!('caches' in globalThis)) return;
  const words = {
    someone: t('alerts.someone'),
    unread: t('alerts.unread'),
    reply: t('alerts.reply'),
    read: t('alerts.markRead'),
    snooze: t('alerts.snooze15'),
    notSent: t('alerts.notSent'),
    open: t('alerts.openToSend'),
    free: t('contacts.free', { name: '{name}' }),
    someoneFree: t('alerts.someoneFree'),
  };
  const cache = await caches.open(WORDS);
  await cache.put('/words', new Response(JSON.stringify(words)));
}

export interface WaitingReply {
  readonly conversationId: string;
  readonly text: string;
  readonly clientId: string;
}

/** Answers that were written in a notification and could not be sent; they are taken out once. */
export async function takeReplies(): Promise<WaitingReply[]> {
  if (!('caches' in globalThis)) return [];
  const cache = await caches.open(REPLIES);
  const found: WaitingReply[] = [];
  for (const key of await cache.keys()) {
    const reply: unknown = await (await cache.match(key))?.json().catch(() => null);
    if ((await cache.delete(key)) && isReply(reply)) found.push(reply);
  }
  return found;
}

function isReply(value: unknown): value is WaitingReply {
  if (typeof value !== 'object' || value === null) return false;
  const { conversationId, text, clientId } = value as Record<string, unknown>;
  return [conversationId, text, clientId].every((field) => typeof field === 'string');
}
