// The key that leads to a call: to what rings, else to the call that the page shows.
import { useEffect } from 'react';
import { focusRequests } from '../shortcuts.ts';

export function useCallKeys(): void {
  useEffect(() => {
    const go = () => {
      const toast = document.querySelector<HTMLElement>('[data-call-toast] button');
      (toast ?? document.querySelector<HTMLElement>('[data-call-panel]'))?.focus();
    };
    focusRequests.addEventListener('call', go);
    return () => focusRequests.removeEventListener('call', go);
  }, []);
}
