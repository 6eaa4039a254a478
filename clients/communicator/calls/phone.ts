// The window's softphone, for every part of the page; null until the part that makes calls has been loaded.
import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import { createStore } from 'zustand/vanilla';
import type { Softphone } from '../../kit/calls/softphone.ts';
import { NO_CALLS, type SoftphoneState } from '../../kit/calls/softphone-state.ts';

interface Phone {
  readonly softphone: Softphone | null;
  /** Somebody wants to call before it was loaded. */
  readonly isWanted: boolean;
}

export const phone = createStore<Phone>(() => ({ softphone: null, isWanted: false }));

/** Resolves when it is there, and has it loaded at once. */
export function whenThere(): Promise<Softphone> {
  const { softphone } = phone.getState();
  if (softphone !== null) return Promise.resolve(softphone);
  return new Promise((resolve) => {
    const stop = phone.subscribe(({ softphone: loaded }) => {
      if (loaded === null) return;
      stop();
      resolve(loaded);
    });
    phone.setState({ isWanted: true });
  });
}

const nothingLoaded = createStore<SoftphoneState>(() => NO_CALLS);

export function usePhone(): Softphone | null {
  return useStore(phone, ({ softphone }) => softphone);
}

export function usePhoneState<T>(select: (state: SoftphoneState) => T): T {
  return useStore(usePhone()?.store ?? nothingLoaded, useShallow(select));
}
