// Holds a scrolling box at its end while its content grows, until somebody scrolls up; says whether the end is in view.
import { type RefObject, useEffect, useMemo, useRef, useState } from 'react';

/** Closer to the end than this counts as being there. */
const END_PX = 48;

export interface End {
  readonly reached: boolean;
  /** Goes to the end and stays there. */
  readonly hold: () => void;
  readonly release: () => void;
  /** To be called on every scroll event of the box. */
  readonly scrolled: () => void;
}

export function useEnd(box: RefObject<HTMLElement | null>): End {
  const [reached, setReached] = useState(true);
  const held = useRef(true);
  const lastTop = useRef(0);

  const actions = useMemo(() => {
    function toEnd(): void {
      const element = box.current;
      if (element === null || !held.current) return;
      element.scrollTop = element.scrollHeight;
    }
    return {
      toEnd,
      hold() {
        held.current = true;
        setReached(true);
        toEnd();
      },
      release() {
        held.current = false;
      },
      scrolled() {
        const element = box.current;
        if (element === null) return;
        const near = element.scrollHeight - element.scrollTop - element.clientHeight < END_PX;
        // Content that grows moves the end away without anybody scrolling: only going up lets go.
        if (near) held.current = true;
        else if (element.scrollTop < lastTop.current) held.current = false;
        lastTop.current = element.scrollTop;
        setReached(near || held.current);
      },
    };
  }, [box]);

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(actions.toEnd);
    for (const observed of [element, ...element.children]) observer.observe(observed);
    return () => observer.disconnect();
  }, [box, actions]);

  return useMemo(() => ({ reached, ...actions }), [reached, actions]);
}
