// What happens at this machine, from its signs: a touch, a minute without one, a locked screen. Pure; the hook is activity.ts.
import type { MachineUse } from '../../kit/contracts.ts';

/** The server makes Inactive and Away of it; sooner than a minute nobody wants to know. */
export const IDLE_AFTER_MS = 60_000;

export interface Signs {
  readonly lastInputMs: number;
  readonly isLocked: boolean;
}

export interface Use {
  readonly machine: MachineUse;
  readonly idleS?: number;
}

/** How long, and not since when: the clock of this machine may be wrong. */
export function machineUse({ lastInputMs, isLocked }: Signs, nowMs: number): Use {
  const idleMs = Math.max(0, nowMs - lastInputMs);
  const idleS = Math.min(31_536_000, Math.round(idleMs / 1000));
  if (isLocked) return { machine: 'locked', idleS };
  return idleMs < IDLE_AFTER_MS ? { machine: 'active' } : { machine: 'idle', idleS };
}
