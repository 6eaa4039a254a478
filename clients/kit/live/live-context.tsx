// Makes the live client for the signed-in user and gives it to the screens.
import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import { isSignedIn, sessionEnded } from '../http/session.ts';
import { type AlertEvent, LiveClient, type LiveClientState } from './live-client.ts';
import { keepCopies, showCopySoon } from './offline-copy.ts';
import { randomId } from './random-id.ts';
import { browserTimers } from './timers.ts';

const LiveContext = createContext<LiveClient | null>(null);

interface LiveProviderProps {
  readonly userId: string;
  readonly onAlert: (event: AlertEvent, client: LiveClient) => void;
  readonly children: ReactNode;
}

export function LiveProvider({ userId, onAlert, children }: LiveProviderProps) {
  const [client, setClient] = useState<LiveClient | null>(null);
  const alert = useRef(onAlert);
  alert.current = onAlert;

  useEffect(() => {
    const made: LiveClient = new LiveClient({
      userId,
      openSocket: () => new WebSocket(`${location.origin.replace(/^http/, 'ws')}/api/v1/socket`),
      timers: browserTimers,
      random: Math.random,
      randomId,
      storage: localStorage,
      isSignedIn,
      onAlert: (event) => alert.current(event, made),
    });
    const wake = () => {
      if (document.visibilityState === 'visible') made.wake();
    };
    const unsubscribe = made.store.subscribe(({ connection }) => {
      if (connection.kind === 'ended') void sessionEnded(connection.fault);
    });
    const lost = () => made.wake();
    const stored = ({ key, newValue }: StorageEvent) => made.storageChanged(key, newValue);
    addEventListener('storage', stored);
    addEventListener('online', wake);
    addEventListener('offline', lost);
    document.addEventListener('visibilitychange', wake);
    made.start();
    const copies = keepCopies(made.store, userId);
    const showing = showCopySoon(made, userId);
    setClient(made);
    return () => {
      copies();
      showing();
      removeEventListener('storage', stored);
      removeEventListener('online', wake);
      removeEventListener('offline', lost);
      document.removeEventListener('visibilitychange', wake);
      unsubscribe();
      made.close();
    };
  }, [userId]);

  if (client === null) return null;
  return <LiveContext.Provider value={client}>{children}</LiveContext.Provider>;
}

export function useLiveClient(): LiveClient {
  const client = useContext(LiveContext);
  if (client === null) throw new Error('There is no live client here.');
  return client;
}

export function useLive<T>(select: (state: LiveClientState) => T): T {
  return useStore(useLiveClient().store, select);
}

/** For selections that make a new object or array each time. */
export function useLiveShallow<T>(select: (state: LiveClientState) => T): T {
  return useStore(useLiveClient().store, useShallow(select));
}
