// Who is chosen for a group, and where the choice was cut because a group holds no more.
import { useState } from 'react';
import { useLiveClient } from '../../kit/live/live-context.tsx';
import { useNotices } from '../../kit/widgets/notices.tsx';
import { type Cut, fitting } from './fitting.ts';

export interface Picking {
  readonly chosen: readonly string[];
  readonly cut: (Cut & { readonly name: string }) | null;
  pick(userId: string): void;
  drop(userId: string): void;
  /** Everybody in it, as far as there is room. */
  pickDepartment(name: string): Promise<void>;
}

export function usePicking({
  initial,
  here,
  most,
}: {
  readonly initial: readonly string[];
  readonly here: readonly string[];
  readonly most: number;
}): Picking {
  const client = useLiveClient();
  const notices = useNotices();
  const [chosen, setChosen] = useState<readonly string[]>(
    () => fitting({ chosen: [], found: initial, total: initial.length, here, most }).chosen,
  );
  const [cut, setCut] = useState<Picking['cut']>(null);
  return {
    chosen,
    cut,
    pick(userId) {
      setChosen((before) => fitting({ chosen: before, found: [userId], total: 1, here, most }).chosen);
    },
    drop(userId) {
      setCut(null);
      setChosen((before) => before.filter((other) => other !== userId));
    },
    async pickDepartment(name) {
      const outcome = await client.department(name);
      if (!outcome.ok) return notices.fault(outcome.fault);
      const found = outcome.value.users.map(({ userId }) => userId);
      const next = fitting({ chosen, found, total: outcome.value.total, here, most });
      setChosen(next.chosen);
      setCut(next.cut === null ? null : { ...next.cut, name });
    },
  };
}
