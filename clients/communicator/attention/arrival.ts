// A message has come: a sound, and a desktop notification if this page is not being looked at. Both are the user's choice.
import type { Message } from '../../kit/contracts.ts';
import type { LiveClient } from '../../kit/live/live-client.ts';
import { preferences } from '../../kit/theme/preferences.ts';
import { plainText } from '../conversation/markdown/plain-text.ts';

export function announceArrival(
  message: Message,
  client: LiveClient,
  open: (conversationId: string) => void,
): void {
  const { live } = client.store.getState();
  const { sounds, notifications } = preferences.getState();
  const disturbed = live.me !== null && live.presence[live.me.userId]?.state === 'doNotDisturb';
  const watching = document.visibilityState === 'visible' && document.hasFocus();
  if (disturbed) return;
  if (sounds && !(watching && location.pathname === `/c/${message.conversationId}`)) chime();
  if (!notifications || watching || !('Notification' in globalThis) || Notification.permission !== 'granted')
    return;
  const sender = live.users[message.senderId];
  const notification = new Notification(sender?.name ?? 'Parley', {
    body: plainText(message.text).slice(0, 200),
    // One notice per conversation: a newer message takes the place of an older one.
    tag: message.conversationId,
    icon: '/icons/parley-192.png',
    silent: true,
  });
  notification.onclick = () => {
    window.focus();
    open(message.conversationId);
    notification.close();
  };
}

let audio: AudioContext | null = null;

/** Two soft notes, made here: there is no sound file to load. */
export function chime(): void {
  try {
    audio ??= new AudioContext();
    const start = audio.currentTime;
    for (const [frequency, delayS] of [
      [659.3, 0],
      [987.8, 0.11],
    ] as const) {
      const tone = audio.createOscillator();
      const volume = audio.createGain();
      tone.type = 'sine';
      tone.frequency.value = frequency;
      volume.gain.setValueAtTime(0, start + delayS);
      volume.gain.linearRampToValueAtTime(0.09, start + delayS + 0.015);
      volume.gain.exponentialRampToValueAtTime(0.0001, start + delayS + 0.42);
      tone.connect(volume).connect(audio.destination);
      tone.start(start + delayS);
      tone.stop(start + delayS + 0.45);
    }
  } catch {
    // No audio device, or the browser wants a click first.
  }
}
