// Asks the server for people a moment after the last key; without a connection it looks among the people known here.
import { useEffect, useState } from 'react';
import type { User } from '../../kit/contracts.ts';
import type { Fault } from '../../kit/fault.ts';
import { useLive, useLiveClient } from '../../kit/live/live-context.tsx';
import { matchesPerson } from './match-person.ts';

const PAUSE_MS = 25;

export interface FoundPeople {
  readonly users: readonly User[];
  readonly departments: readonly { readonly name: string; readonly people: number }[];
  readonly more: boolean;
  readonly busy: boolean;
  readonly fault: Fault | null;
}

const NOTHING: FoundPeople = { users: [], departments: [], more: false, busy: false, fault: null };

export function usePeopleSearch(typed: string): FoundPeople {
  const client = useLiveClient();
  // What was asked without a connection is asked again when there is one.
  const connected = useLive(({ connection }) => connection.kind === 'connected');
  const [found, setFound] = useState<FoundPeople>(NOTHING);
  const query = typed.trim();

  // biome-ignore lint/correctness/useExhaustiveDependencies: another connection is another answer
  useEffect(() => {
    if (query === '') return setFound(NOTHING);
    let stale = false;
    const known = () =>
      Object.values(client.store.getState().live.users)
        .filter((user) => matchesPerson(user, query))
        .slice(0, 30);
    setFound((before) => ({ ...before, busy: true, fault: null }));
    const timer = setTimeout(async () => {
      const outcome = await client.search(query);
      if (stale) return;
      setFound(
        outcome.ok
          ? { departments: [], ...outcome.value, busy: false, fault: null }
          : { users: known(), departments: [], more: false, busy: false, fault: outcome.fault },
      );
    }, PAUSE_MS);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [client, query, connected]);

  return found;
}
