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
  const [stepsBack, setStepsBack] = useState(0);
  const before = useRef<CallRules[]>([]);
  const held = useRef<OwnRules | null>(null);
  const work = useRef<Promise<void>>(Promise.resolve());
  /** Changes that the server has not answered. */
  const open = useRef(0);

  const take = useCallback((next: OwnRules) => {
    held.current = next;
    // What is on its way is shown already.
    if (open.current <= 1) setOwn(next);
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

  /** One after the other: each begins with what the one before has left. */
  function next(act: () => Promise<OwnCallRules['told']>): void {
    open.current += 1;
    setTold(null);
    work.current = work.current.then(async () => {
      const done = await act();
      open.current -= 1;
      setStepsBack(before.current.length);
      setTold(done);
    });
  }

  function change(changes: Partial<CallRules>): void {
    // Shown at once; what the server makes of it takes its place.
    setOwn((shown) => (shown === null ? null : { ...shown, rules: { ...shown.rules, ...changes } }));
    next(async () => {
      const kept = held.current?.rules;
      if (kept === undefined || !(await put({ ...kept, ...changes }))) return null;
      before.current = [...before.current, kept].slice(-STEPS_BACK);
      return 'saved';
    });
  }

  function undo(): void {
    next(async () => {
      const last = before.current.pop();
      return last !== undefined && (await put(last)) ? 'undone' : null;
    });
  }

  return { own, fault, told, change, undo: stepsBack === 0 ? null : undo };
}
