// Makes the live client for the signed-in user and gives it to the screens.
import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import type { Message } from '../contracts.ts';
import { isSignedIn, sessionEnded } from '../http/session.ts';
import { LiveClient, type LiveClientState } from './live-client.ts';
import { randomId } from './random-id.ts';
import { browserTimers } from './timers.ts';

const LiveContext = createContext<LiveClient | null>(null);

interface LiveProviderProps {
  readonly userId: string;
  readonly onArrival: (message: Message, client: LiveClient) => void;
  readonly children: ReactNode;
}

export function LiveProvider({ userId, onArrival, children }: LiveProviderProps) {
  const [client, setClient] = useState<LiveClient | null>(null);
  const arrival = useRef(onArrival);
  arrival.current = onArrival;

  useEffect(() => {
    const made: LiveClient = new LiveClient({
      userId,
      openSocket: () => new WebSocket(`${location.origin.replace(/^http/, 'ws')}/api/v1/socket`),
      timers: browserTimers,
      random: Math.random,
      randomId,
      storage: localStorage,
      isSignedIn,
      onArrival: (message) => arrival.current(message, made),
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
    setClient(made);
    return () => {
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
