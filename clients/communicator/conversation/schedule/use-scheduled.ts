// Keeps one's scheduled messages at hand, and tells, wherever in the window, when one was refused: each refusal once.
import { useEffect, useRef } from 'react';
import { useLive, useLiveClient } from '../../../kit/live/live-context.tsx';
import { useNotices } from '../../../kit/widgets/notices.tsx';

export function useScheduled(): void {
  const client = useLiveClient();
  const notices = useNotices();
  const scheduled = useLive(({ live }) => live.scheduled);
  const isWanted = useLive(
    ({ live, ready, connection }) =>
      ready && connection.kind === 'connected' && live.scheduled === null && !live.keepsNothing,
  );
  const told = useRef(new Set<string>());

  useEffect(() => {
    if (isWanted) void client.messages.loadScheduled();
  }, [client, isWanted]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: for each change of the list
  useEffect(() => {
    for (const { scheduleId, sendAt, fault } of scheduled ?? []) {
      const key = `${scheduleId} ${sendAt}`;
      if (fault === undefined || told.current.has(key)) continue;
      told.current.add(key);
      notices.fault(fault);
    }
  }, [scheduled]);
}
