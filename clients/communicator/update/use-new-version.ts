// Whether the server has a newer page than this one: asked when the connection comes back and once an hour. Nothing is
// reloaded without a hand at the button.
import { useEffect, useState } from 'react';
import { useLive } from '../../kit/live/live-context.tsx';

const LOOK_EVERY_MS = 3_600_000;

export function useNewVersion(): boolean {
  const [isThere, setThere] = useState(false);
  const connected = useLive(({ connection }) => connection.kind === 'connected');

  useEffect(() => {
    if (!import.meta.env.PROD || !connected || isThere) return;
    const look = () => void hasNewPage().then((found) => found && setThere(true));
    look();
    const timer = setInterval(look, LOOK_EVERY_MS);
    // A part of this page that is not on the server any more.
    const missing = () => setThere(true);
    addEventListener('vite:preloadError', missing);
    return () => {
      clearInterval(timer);
      removeEventListener('vite:preloadError', missing);
    };
  }, [connected, isThere]);

  return isThere;
}

/** Names of scripts carry a hash of their content: another name is another version. */
async function hasNewPage(): Promise<boolean> {
  const own = document.querySelector<HTMLScriptElement>('script[type="module"][src]');
  const response = await fetch('/', { cache: 'no-store' }).catch(() => null);
  if (own === null || response === null || !response.ok) return false;
  const page = new DOMParser().parseFromString(await response.text(), 'text/html');
  const theirs = page.querySelector('script[type="module"][src]')?.getAttribute('src');
  return typeof theirs === 'string' && theirs !== new URL(own.src).pathname;
}
