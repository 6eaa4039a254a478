// A call that rings, as a notification of the desktop. One for each call: several windows replace each other's.
import type { TFunction } from 'i18next';

interface CallNotice {
  readonly sideId: string;
  readonly title: string;
  readonly body: string;
}

const shown = new Map<string, Notification>();

export async function showCallNotice({ sideId, title, body }: CallNotice, t: TFunction): Promise<void> {
  const options = {
    body,
    tag: `call ${sideId}`,
    icon: '/icons/parley-192.png',
    silent: true,
    data: { sideId },
  };
  const registration = await registered();
  if (registration?.active) {
    const actions = [
      { action: 'answer', title: t('calls.answer') },
      { action: 'decline', title: t('calls.decline') },
    ];
    const lasting = { ...options, actions, requireInteraction: true } as NotificationOptions;
    return registration.showNotification(title, lasting);
  }
  const notification = new Notification(title, options);
  shown.set(sideId, notification);
  notification.onclick = () => {
    window.focus();
    notification.close();
  };
}

export async function closeCallNotice(sideId: string): Promise<void> {
  shown.get(sideId)?.close();
  shown.delete(sideId);
  const registration = await registered();
  for (const notification of (await registration?.getNotifications({ tag: `call ${sideId}` })) ?? [])
    notification.close();
}

function registered(): Promise<ServiceWorkerRegistration | undefined> {
  return 'serviceWorker' in navigator
    ? navigator.serviceWorker.getRegistration()
    : Promise.resolve(undefined);
}
