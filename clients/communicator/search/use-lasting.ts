// Whether something has lasted for a while: what is over in a moment needs no turning wheel, which costs more than a short search.
import { useEffect, useState } from 'react';

const A_WHILE_MS = 400;

export function useLasting(is: boolean): boolean {
  const [lasts, setLasts] = useState(false);
  useEffect(() => {
    if (!is) return setLasts(false);
    const timer = setTimeout(setLasts, A_WHILE_MS, true);
    return () => clearTimeout(timer);
  }, [is]);
  return is && lasts;
}
