// Which microphone, loudspeaker, ringer and camera this browser's user chose; kept in localStorage, shared by all tabs.
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';

/** Ids of devices; '' is the one that the system prefers. */
export interface DeviceChoice {
  readonly microphone: string;
  readonly speaker: string;
  /** Rings apart from where one listens. */
  readonly ringer: string;
  readonly camera: string;
}

const KEY = 'parley.devices';
const NAMES = ['microphone', 'speaker', 'ringer', 'camera'] as const;

function read(): DeviceChoice {
  const choice = { microphone: '', speaker: '', ringer: '', camera: '' };
  try {
    const stored = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Record<string, unknown>;
    for (const name of NAMES) if (typeof stored[name] === 'string') choice[name] = stored[name];
  } catch {
    // What cannot be read counts as never chosen.
  }
  return choice;
}

export const deviceChoice = createStore<DeviceChoice>(read);

export function chooseDevice(change: Partial<DeviceChoice>): void {
  deviceChoice.setState(change);
  try {
    localStorage.setItem(KEY, JSON.stringify(deviceChoice.getState()));
  } catch {
    // Storage is forbidden: the choice lives as long as the page.
  }
}

/** @returns what ends the following. */
export function followDeviceChoice(): () => void {
  const changed = ({ key }: StorageEvent) => {
    if (key === KEY) deviceChoice.setState(read());
  };
  addEventListener('storage', changed);
  return () => removeEventListener('storage', changed);
}

export function useDeviceChoice(): DeviceChoice {
  return useStore(deviceChoice);
}
