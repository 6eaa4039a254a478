// The part of the address behind the #, as it changes.
import { useSyncExternalStore } from 'react';

function subscribe(changed: () => void): () => void {
  for (const event of ['hashchange', 'popstate']) addEventListener(event, changed);
  return () => {
    for (const event of ['hashchange', 'popstate']) removeEventListener(event, changed);
  };
}

export function useHash(): string {
  return useSyncExternalStore(subscribe, () => decodeURIComponent(location.hash.slice(1)));
}
