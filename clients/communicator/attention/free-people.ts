// People for whom this person waited, and who are free: said once, in the window that was used last.
import type { TFunction } from 'i18next';
import { createStore } from 'zustand/vanilla';
import type { ClientEvent } from '../../kit/contracts.ts';
import type { LiveClient } from '../../kit/live/live-client.ts';
import { preferences } from '../../kit/theme/preferences.ts';
import { mayNotify, showPlainNotice } from './notifications.ts';
import { playSound } from './sounds.ts';

type FreeEvent = Extract<ClientEvent, { readonly type: 'free' }>;

/** By userId, newest first. */
export const freePeople = createStore<readonly string[]>(() => []);
const SHOWN = 3;

export function takeFree({ userId }: FreeEvent, { client, t }: { client: LiveClient; t: TFunction }): void {
  const name = client.store.getState().live.users[userId]?.name ?? t('people.unknown');
  playSound('message');
  freePeople.setState((held) => [userId, ...held.filter((id) => id !== userId)].slice(0, SHOWN), true);
  const isBeforeOne = document.visibilityState === 'visible' && document.hasFocus();
  if (!isBeforeOne && preferences.getState().notifications && mayNotify())
    void showPlainNotice(`free ${userId}`, t('contacts.free', { name }));
}

export function hideFree(userId: string): void {
  freePeople.setState((held) => held.filter((id) => id !== userId), true);
}
