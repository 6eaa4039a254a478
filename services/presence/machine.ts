// How much of its person a machine shows: Active < Inactive < Unknown < Away < Off, by the server's clock. Pure.
import { AVAILABILITY } from './availability.ts';
import type { Said, Statement } from './contract.ts';

/** Who has not said otherwise is Inactive after five minutes without input and Away after fifteen. */
export const INACTIVE_AFTER_MIN = 5;
export const AWAY_AFTER_MIN = 15;

export interface Patience {
  readonly inactiveAfterMs: number;
  readonly awayAfterMs: number;
}

export function patienceOf(said: Pick<Said, 'inactiveAfterMin' | 'awayAfterMin'> | undefined): Patience {
  return {
    inactiveAfterMs: (said?.inactiveAfterMin ?? INACTIVE_AFTER_MIN) * 60_000,
    awayAfterMs: (said?.awayAfterMin ?? AWAY_AFTER_MIN) * 60_000,
  };
}

/** What an endpoint says of its machine. */
type Machine = Pick<Statement, 'machine' | 'inputAt' | 'since' | 'state'>;

export interface Sign {
  readonly availability: number;
  readonly since: number;
}

/** What one endpoint shows of its person at that time. */
export function signOf(statement: Machine, at: number, { inactiveAfterMs, awayAfterMs }: Patience): Sign {
  const { machine, state, since } = statement;
  const inputAt = statement.inputAt ?? since;
  if (machine === 'locked') return { availability: AVAILABILITY.away, since };
  if (machine === 'active') return { availability: AVAILABILITY.available, since: inputAt };
  if (machine === 'idle') {
    const idleMs = at - inputAt;
    if (idleMs >= awayAfterMs) return { availability: AVAILABILITY.away, since: inputAt + awayAfterMs };
    if (idleMs >= inactiveAfterMs)
      return { availability: AVAILABILITY.inactive, since: inputAt + inactiveAfterMs };
    return { availability: AVAILABILITY.available, since };
  }
  // Who is busy there is there.
  const isBusy = state === 'busy' || state === 'busyInactive' || state === 'doNotDisturb';
  return { availability: isBusy ? AVAILABILITY.available : AVAILABILITY[state], since };
}

/** When the sign changes though nobody says anything; infinity for never. */
export function signChangesAt(
  { machine, inputAt }: Machine,
  at: number,
  { inactiveAfterMs, awayAfterMs }: Patience,
): number {
  if (machine !== 'idle' || inputAt === undefined) return Number.POSITIVE_INFINITY;
  const ahead = [inputAt + inactiveAfterMs, inputAt + awayAfterMs].filter((time) => time > at);
  return Math.min(Number.POSITIVE_INFINITY, ...ahead);
}
