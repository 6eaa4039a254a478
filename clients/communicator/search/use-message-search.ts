// Asks the server for messages a moment after the last key, and for the page after when somebody gets to the end. An answer
// to what was typed before is dropped.
import { asksNothing, readQuery } from '@parley/services/im/rules/search-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Found } from '../../kit/contracts.ts';
import type { Fault } from '../../kit/fault.ts';
import { useLive, useLiveClient } from '../../kit/live/live-context.tsx';

/** While one search runs, the server keeps only the newest of those that wait: more of them do not make it slower. */
const PAUSE_MS = 60;
const PAGE = 20;
/** A page may hold nothing and still not be the last: the next ones are asked for by themselves, so many. */
const FURTHER = 20;

export interface FoundMessages {
  readonly found: readonly Found[];
  readonly next: string | undefined;
  /** Names in from: and in: that fit nobody. */
  readonly nobody: readonly string[];
  readonly busy: boolean;
  readonly fault: Fault | null;
}

const NOTHING: FoundMessages = { found: [], next: undefined, nobody: [], busy: false, fault: null };
const midnight = (year: number, month: number, day: number) => new Date(year, month, day).getTime();

export function useMessageSearch(typed: string, conversationId: string | undefined) {
  const client = useLiveClient();
  const keepsNothing = useLive(({ live }) => live.keepsNothing);
  // What was asked without a connection is asked again when there is one.
  const connected = useLive(({ connection }) => connection.kind === 'connected');
  const [result, setResult] = useState<FoundMessages>(NOTHING);
  const { query, problems } = useMemo(() => readQuery(typed, midnight), [typed]);
  const asked = useRef(0);
  const nothing = keepsNothing || asksNothing(query) || problems.length > 0;

  const ask = useCallback(
    async (next: string | undefined, mine: number): Promise<void> => {
      const request = {
        query,
        limit: PAGE,
        ...(conversationId === undefined ? {} : { conversationId }),
      };
      let from = next;
      for (let page = 0, count = 0; ; page++) {
        const after = from === undefined ? {} : { next: from };
        const outcome = await client.searchMessages({ ...request, ...after });
        if (asked.current !== mine) return;
        if (!outcome.ok) return setResult((before) => ({ ...before, busy: false, fault: outcome.fault }));
        const { found, nobody, next: further } = outcome.value;
        const isFirst = from === undefined;
        count += found.length;
        const busy = further !== undefined && count < PAGE && page < FURTHER;
        setResult((before) => {
          const all = isFirst ? found : [...before.found, ...found];
          return { found: all, next: further, nobody, busy, fault: null };
        });
        if (!busy) return;
        from = further;
      }
    },
    [client, query, conversationId],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: another connection is another answer
  useEffect(() => {
    const mine = ++asked.current;
    if (nothing) return setResult(NOTHING);
    setResult((before) => ({ ...before, busy: true, fault: null }));
    const timer = setTimeout(() => void ask(undefined, mine), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [ask, nothing, connected]);

  const { next, busy } = result;
  const loadMore = useCallback(() => {
    if (next === undefined || busy) return;
    setResult((before) => ({ ...before, busy: true }));
    void ask(next, asked.current);
  }, [ask, next, busy]);

  return { ...result, query, problems, loadMore };
}
