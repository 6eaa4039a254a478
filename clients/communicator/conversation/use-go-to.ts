// Brings a message of the open conversation into view and gives it the focus; what is not loaded yet is loaded first.
import { type RefObject, useEffect, useRef } from 'react';
import { useLiveClient } from '../../kit/live/live-context.tsx';
import { messageIn } from '../../kit/live/thread.ts';
import type { TimelineRow } from './timeline-rows.ts';

/** A message further back than this many pages is not gone to. */
const PAGES = 40;
const MARKED_MS = 2_000;

export function useGoTo(at: {
  readonly conversationId: string;
  readonly box: RefObject<HTMLElement | null>;
  readonly rows: readonly TimelineRow[];
  readonly show: (index: number) => void;
  readonly release: () => void;
}): (seq: number) => void {
  const client = useLiveClient();
  const wanted = useRef<number | null>(null);
  const latest = useRef(at);
  latest.current = at;

  function look(): void {
    const { rows, box, show, release } = latest.current;
    const seq = wanted.current;
    const index = rows.findIndex((row) => row.kind === 'message' && row.message?.seq === seq);
    if (seq === null || index < 0) return;
    wanted.current = null;
    release();
    show(index);
    // Once the row is there.
    requestAnimationFrame(() => requestAnimationFrame(() => mark(box.current, seq)));
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: looks again when there are other rows
  useEffect(look, [at.rows]);

  return (seq) => {
    wanted.current = seq;
    void load(client, at.conversationId, seq).then(look);
  };
}

async function load(
  client: ReturnType<typeof useLiveClient>,
  conversationId: string,
  seq: number,
): Promise<void> {
  for (let page = 0; page < PAGES; page++) {
    const thread = client.store.getState().live.threads[conversationId];
    if (messageIn(thread, seq) !== undefined || thread?.hasOlder !== true) return;
    await client.loadOlder(conversationId);
  }
}

function mark(box: HTMLElement | null, seq: number): void {
  const message = box?.querySelector<HTMLElement>(`[data-seq="${seq}"]`);
  if (message === null || message === undefined) return;
  message.focus({ preventScroll: true });
  message.dataset['marked'] = '';
  setTimeout(() => delete message.dataset['marked'], MARKED_MS);
}
