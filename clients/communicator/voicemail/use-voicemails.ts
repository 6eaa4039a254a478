// The voice messages as the server keeps them: page by page, new ones as they come, and what is done to them.
import type { Voicemail } from '@parley/services/voicemail/contract';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Fault } from '../../kit/fault.ts';
import { useLive, useLiveClient } from '../../kit/live/live-context.tsx';

const PAGE = 50;

export interface Voicemails {
  /** Newest first; null until the first page is there. */
  readonly voicemails: readonly Voicemail[] | null;
  readonly more: boolean;
  readonly fault: Fault | null;
  readonly loadMore: () => void;
  readonly retry: () => void;
  readonly mark: (voicemailIds: readonly string[], heard: boolean) => void;
  /** @param removed false takes it back. */
  readonly remove: (voicemailIds: readonly string[], removed: boolean) => void;
}

export function useVoicemails(): Voicemails {
  const client = useLiveClient();
  const connected = useLive(({ connection }) => connection.kind === 'connected');
  const [held, setHeld] = useState<readonly Voicemail[] | null>(null);
  const [more, setMore] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  const asked = useRef(0);

  const load = useCallback(
    async (before?: number) => {
      const request = ++asked.current;
      const page = { limit: PAGE, ...(before === undefined ? {} : { before }) };
      const outcome = await client.command('voicemail.list', page);
      if (request !== asked.current) return;
      if (!outcome.ok) return setFault(outcome.fault);
      setFault(null);
      setMore(outcome.value.more);
      setHeld((now) => outcome.value.voicemails.reduce(put, before === undefined ? [] : (now ?? [])));
    },
    [client],
  );

  useEffect(() => {
    if (connected) void load();
  }, [connected, load]);

  useEffect(
    () =>
      client.calls.listen((event) => {
        if (event.type !== 'voicemail') return;
        const { voicemail } = event;
        if (voicemail === undefined) void load();
        else setHeld((now) => (now === null ? now : put(now, voicemail)));
      }),
    [client, load],
  );

  async function change(
    voicemailIds: readonly string[],
    changes: Partial<Voicemail>,
    done: Promise<{ readonly ok: true } | { readonly ok: false; readonly fault: Fault }>,
  ): Promise<void> {
    // Shown at once; what the server refuses is asked for again as it is.
    setHeld(
      (now) =>
        now?.map((one) => (voicemailIds.includes(one.voicemailId) ? { ...one, ...changes } : one)) ?? now,
    );
    const outcome = await done;
    if (outcome.ok) return;
    await load();
    setFault(outcome.fault);
  }

  return {
    voicemails: held?.filter(({ removedAt = 0 }) => removedAt === 0) ?? null,
    more,
    fault,
    loadMore: () => {
      const oldest = held?.at(-1)?.at;
      if (more && oldest !== undefined) void load(oldest);
    },
    retry: () => void load(),
    mark: (ids, heard) =>
      void change(ids, { heard }, client.command('voicemail.mark', { voicemailIds: [...ids], heard })),
    remove: (ids, removed) =>
      void change(
        ids,
        { removedAt: removed ? Date.now() : 0 },
        client.command('voicemail.remove', { voicemailIds: [...ids], removed }),
      ),
  };
}

function put(voicemails: readonly Voicemail[], one: Voicemail): readonly Voicemail[] {
  const others = voicemails.filter(({ voicemailId }) => voicemailId !== one.voicemailId);
  return [...others, one].sort((left, right) => right.at - left.at);
}
