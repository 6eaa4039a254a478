// The window's softphone, for every part of the page; null until the part that makes calls has been loaded.
import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import { createStore } from 'zustand/vanilla';
import type { Softphone, SoftphoneState } from '../../kit/calls/softphone.ts';

export const phone = createStore<{ readonly softphone: Softphone | null }>(() => ({ softphone: null }));

const NO_CALLS = createStore<SoftphoneState>(() => ({
  sessions: {},
  placing: null,
  endings: [],
  consults: {},
  silenced: [],
  fault: null,
}));

export function usePhone(): Softphone | null {
  return useStore(phone, ({ softphone }) => softphone);
}

export function usePhoneState<T>(select: (state: SoftphoneState) => T): T {
  return useStore(usePhone()?.store ?? NO_CALLS, useShallow(select));
}
