// One's own call rules: loaded, changed one after the other, and taken back. What another window stored meanwhile is shown and
// not written over.
import { useCallback, useEffect, useRef, useState } from 'react';
import type { CallRules, OwnRules } from '../../kit/contracts.ts';
import type { Fault } from '../../kit/fault.ts';
import { useLive, useLiveClient } from '../../kit/live/live-context.tsx';

/** How far back one can go while the page is open. */
const STEPS_BACK = 20;

export interface OwnCallRules {
  readonly own: OwnRules | null;
  readonly fault: Fault | null;
  /** What was done last, for who does not see it. */
  readonly told: 'saved' | 'undone' | null;
  readonly change: (changes: Partial<CallRules>) => void;
  readonly undo: (() => void) | null;
}

export function useCallRules(): OwnCallRules {
  const client = useLiveClient();
  const connected = useLive(({ connection }) => connection.kind === 'connected');
  const [own, setOwn] = useState<OwnRules | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  const [told, setTold] = useState<OwnCallRules['told']>(null);
  const [before, setBefore] = useState<readonly CallRules[]>([]);
  const held = useRef<OwnRules | null>(null);
  const work = useRef<Promise<void>>(Promise.resolve());

  const take = useCallback((next: OwnRules) => {
    held.current = next;
    setOwn(next);
  }, []);

  useEffect(() => {
    if (!connected) return;
    let here = true;
    void client.command('callRules.get', {}).then((outcome) => {
      if (!here) return;
      setFault(outcome.ok ? null : outcome.fault);
      if (outcome.ok) take(outcome.value);
    });
    return () => {
      here = false;
    };
  }, [client, connected, take]);

  /** @returns whether it was stored. */
  async function put(rules: CallRules): Promise<boolean> {
    const { current } = held;
    if (current === null) return false;
    const outcome = await client.command('callRules.put', { rules, version: current.version });
    setFault(outcome.ok ? null : outcome.fault);
    if (outcome.ok) take(outcome.value);
    else take((outcome.fault.current as OwnRules | undefined) ?? current);
    return outcome.ok;
  }

  function change(changes: Partial<CallRules>): void {
    // Shown at once; what the server makes of it takes its place.
    setOwn((shown) => (shown === null ? null : { ...shown, rules: { ...shown.rules, ...changes } }));
    setTold(null);
    work.current = work.current.then(async () => {
      const kept = held.current?.rules;
      if (kept === undefined || !(await put({ ...kept, ...changes }))) return;
      setBefore((earlier) => [...earlier, kept].slice(-STEPS_BACK));
      setTold('saved');
    });
  }

  function undo(): void {
    const last = before.at(-1);
    if (last === undefined) return;
    setBefore((earlier) => earlier.slice(0, -1));
    work.current = work.current.then(async () => {
      if (await put(last)) setTold('undone');
    });
  }

  return { own, fault, told, change, undo: before.length === 0 ? null : undo };
}
