// The call history as the server keeps it: page by page, new lines as they come, and lines that are deleted a while after
// they have gone from view, so that it can be undone.
import type { HistoryEntry } from '@parley/services/calls/contract';
import { useCallback, useEffect, useRef, useState } from 'react';
import { putEntry } from '../../kit/calls/sides.ts';
import type { Fault } from '../../kit/fault.ts';
import { useLive, useLiveClient } from '../../kit/live/live-context.tsx';

const PAGE = 50;
/** As long as the notice with "Undo" is there. */
const UNDO_MS = 10_000;

export interface CallHistory {
  /** Null until the first page is there. */
  readonly entries: readonly HistoryEntry[] | null;
  readonly more: boolean;
  readonly fault: Fault | null;
  readonly loadMore: () => void;
  readonly retry: () => void;
  /** @returns what takes it back. */
  readonly remove: (sideIds: readonly string[]) => () => void;
}

export function useHistory(missedOnly: boolean): CallHistory {
  const client = useLiveClient();
  const connected = useLive(({ connection }) => connection.kind === 'connected');
  const [entries, setEntries] = useState<readonly HistoryEntry[] | null>(null);
  const [more, setMore] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set());
  const asked = useRef(0);

  const load = useCallback(
    async (before?: number) => {
      const request = ++asked.current;
      const outcome = await client.command('call.history', {
        limit: PAGE,
        ...(missedOnly ? { missedOnly } : {}),
        ...(before === undefined ? {} : { before }),
      });
      if (request !== asked.current) return;
      if (!outcome.ok) return setFault(outcome.fault);
      const { entries: found, more: further } = outcome.value;
      setFault(null);
      setMore(further);
      setEntries((held) => found.reduce(putEntry, before === undefined ? [] : [...(held ?? [])]));
    },
    [client, missedOnly],
  );

  useEffect(() => {
    if (!connected) return;
    setEntries(null);
    void load();
  }, [connected, load]);

  useEffect(
    () =>
      client.calls.listen((event) => {
        if (event.type !== 'callHistory' || (missedOnly && !event.entry.missed)) return;
        setEntries((held) => (held === null ? held : putEntry(held, event.entry)));
      }),
    [client, missedOnly],
  );

  const waiting = useRef(new Map<ReturnType<typeof setTimeout>, readonly string[]>());
  useEffect(() => {
    const { current } = waiting;
    // Who leaves the list has made up their mind.
    const now = () => {
      for (const [timer, sideIds] of current) {
        clearTimeout(timer);
        void client.command('call.forget', { sideIds: [...sideIds] });
      }
      current.clear();
    };
    addEventListener('pagehide', now);
    return () => {
      removeEventListener('pagehide', now);
      now();
    };
  }, [client]);

  const remove = useCallback(
    (sideIds: readonly string[]) => {
      const withThem = (change: (ids: Set<string>) => void) =>
        setGone((held) => {
          const next = new Set(held);
          change(next);
          return next;
        });
      withThem((ids) => {
        for (const sideId of sideIds) ids.add(sideId);
      });
      const timer = setTimeout(() => {
        waiting.current.delete(timer);
        void client.command('call.forget', { sideIds: [...sideIds] }).then((outcome) => {
          if (outcome.ok) return;
          setFault(outcome.fault);
          back();
        });
      }, UNDO_MS);
      waiting.current.set(timer, sideIds);
      const back = () => {
        clearTimeout(timer);
        waiting.current.delete(timer);
        withThem((ids) => {
          for (const sideId of sideIds) ids.delete(sideId);
        });
      };
      return back;
    },
    [client],
  );

  return {
    entries: entries === null ? null : entries.filter(({ sideId }) => !gone.has(sideId)),
    more,
    fault,
    loadMore: () => {
      const oldest = entries?.at(-1)?.startedAt;
      if (more && oldest !== undefined) void load(oldest);
    },
    retry: () => void load(),
    remove,
  };
}
