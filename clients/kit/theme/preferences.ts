// What this browser's user chose about looks and sounds; kept in localStorage, shared by all tabs.
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { Look } from './themes.ts';

export type ThemeChoice = 'system' | Look;

export const SOUND_KINDS = ['message', 'important'] as const;
export type SoundKind = (typeof SOUND_KINDS)[number];

export interface Preferences {
  readonly theme: ThemeChoice;
  readonly sounds: boolean;
  /** From 0 to 100. */
  readonly volume: number;
  readonly soundKinds: Readonly<Record<SoundKind, boolean>>;
  readonly notifications: boolean;
  /** WCAG 2.1.4: shortcuts of one key ("/", "?") can be switched off. */
  readonly singleKeys: boolean;
}

const KEY = 'parley.preferences';
const CHOICES: readonly ThemeChoice[] = ['system', 'light', 'dark', 'contrast'];
const DEFAULTS: Preferences = {
  theme: 'system',
  sounds: true,
  volume: 50,
  soundKinds: { message: true, important: true },
  notifications: false,
  singleKeys: true,
};

function read(): Preferences {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Preferences>;
    return {
      theme: CHOICES.find((choice) => choice === stored.theme) ?? DEFAULTS.theme,
      sounds: stored.sounds !== false,
      volume: isVolume(stored.volume) ? stored.volume : DEFAULTS.volume,
      soundKinds: {
        message: stored.soundKinds?.message !== false,
        important: stored.soundKinds?.important !== false,
      },
      notifications: stored.notifications === true,
      singleKeys: stored.singleKeys !== false,
    };
  } catch {
    return DEFAULTS;
  }
}

function isVolume(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 100;
}

export const preferences = createStore<Preferences>(read);

export function prefer(change: Partial<Preferences>): void {
  preferences.setState(change);
  try {
    localStorage.setItem(KEY, JSON.stringify(preferences.getState()));
  } catch {
    // Storage is forbidden: the choice lives as long as the page.
  }
}

/** Follows the choice made in another tab. */
export function followOtherTabs(): void {
  addEventListener('storage', ({ key }) => {
    if (key === KEY) preferences.setState(read());
  });
}

export function usePreferences(): Preferences {
  return useStore(preferences);
}
