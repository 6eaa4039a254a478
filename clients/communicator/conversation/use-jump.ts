// Goes to one message of the timeline, once for each time somebody asks for it: from a search, or from an answer to it.
import { useLocation } from '@tanstack/react-router';
import { type RefObject, useLayoutEffect, useRef } from 'react';
import type { VirtualizerHandle } from 'virtua';
import type { TimelineRow } from './timeline-rows.ts';
import type { End } from './use-end.ts';

interface Jump {
  /** Seq of the message. */
  readonly at: number | undefined;
  readonly rows: readonly TimelineRow[];
  readonly box: RefObject<HTMLElement | null>;
  readonly list: RefObject<VirtualizerHandle | null>;
  readonly end: End;
}

/** Rows above are measured only when they are shown: going there twice ends where it should. */
const FRAMES = 3;
const MARKED_MS = 2_000;

export function useJump({ at, rows, box, list, end }: Jump): void {
  const jump = useLocation({ select: ({ state }) => state.jump ?? 0 });
  const done = useRef<string>(undefined);
  const index =
    at === undefined ? -1 : rows.findIndex((row) => row.kind === 'message' && row.message?.seq === at);

  useLayoutEffect(() => {
    const wanted = `${jump} ${at}`;
    if (at === undefined || index < 0 || done.current === wanted) return;
    done.current = wanted;
    end.release();
    let left = FRAMES;
    // Goes on over other renderings; a timeline that is gone has no list.
    requestAnimationFrame(function go() {
      list.current?.scrollToIndex(index, { align: 'center' });
      left -= 1;
      if (left > 0) requestAnimationFrame(go);
      else mark(box.current, at);
    });
  }, [index, jump, at, box, list, end]);
}

function mark(box: HTMLElement | null, seq: number): void {
  const message = box?.querySelector<HTMLElement>(`[data-seq="${seq}"]`);
  if (message === null || message === undefined) return;
  message.focus({ preventScroll: true });
  message.dataset['marked'] = '';
  setTimeout(() => delete message.dataset['marked'], MARKED_MS);
}
