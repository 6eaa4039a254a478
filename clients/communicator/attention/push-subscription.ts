// This browser as a receiver of pushes (Push API): subscribed with the server's own key while its user wants notifications.
import type { Fault, Outcome } from '../../kit/fault.ts';
import type { LiveClient } from '../../kit/live/live-client.ts';
import { preferences } from '../../kit/theme/preferences.ts';
import { mayNotify } from './notifications.ts';

/** Whether this browser can be reached while Parley is not open in it. */
export async function canBePushed(): Promise<boolean> {
  if (!('serviceWorker' in navigator) || !('PushManager' in globalThis)) return false;
  return (await navigator.serviceWorker.getRegistration()) !== undefined;
}

/** After each connect: the server knows this browser as it is, or not at all. */
export async function keepSubscription(client: LiveClient): Promise<Fault | null> {
  if (!(await canBePushed())) return null;
  const isWanted = preferences.getState().notifications && mayNotify();
  const registration = await navigator.serviceWorker.ready;
  const held = await registration.pushManager.getSubscription();
  if (!isWanted) return held === null ? null : await leave(client, held);
  const asked = await client.command('alert.settings', {});
  if (!asked.ok) return asked.fault;
  const { publicKey } = asked.value;
  // A server that was set up anew has another key, and the old subscription is of no use to it.
  const fits = held !== null && base64url(held.options.applicationServerKey) === publicKey;
  if (held !== null && !fits) await held.unsubscribe();
  try {
    const subscription = fits
      ? held
      : await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: publicKey });
    return faultOf(await client.command('alert.subscribe', { subscription: described(subscription) }));
  } catch {
    // The browser has no push service, or it cannot be reached: notifications then need an open window.
    return null;
  }
}

async function leave(client: LiveClient, held: PushSubscription): Promise<Fault | null> {
  const { endpoint } = held;
  await held.unsubscribe();
  return faultOf(await client.command('alert.unsubscribe', { endpoint }));
}

/** At sign-out the server forgets this browser by itself; the browser forgets the server here. */
export async function endSubscription(): Promise<void> {
  if (!(await canBePushed())) return;
  const registration = await navigator.serviceWorker.getRegistration();
  await (await registration?.pushManager.getSubscription())?.unsubscribe();
}

function described(subscription: PushSubscription) {
  return {
    endpoint: subscription.endpoint,
    p256dh: base64url(subscription.getKey('p256dh')),
    auth: base64url(subscription.getKey('auth')),
    canClose: !isWebKit(),
  };
}

/** WebKit ends the subscription of who pushes without showing anything. */
function isWebKit(): boolean {
  return /AppleWebKit/.test(navigator.userAgent) && !/Chrome|Chromium|Edg/.test(navigator.userAgent);
}

function base64url(buffer: ArrayBuffer | null): string {
  const text = String.fromCharCode(...new Uint8Array(buffer ?? new ArrayBuffer(0)));
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

function faultOf(outcome: Outcome<unknown>): Fault | null {
  return outcome.ok ? null : outcome.fault;
}
