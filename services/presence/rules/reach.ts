// Who may reach a person: nobody whom they blocked, and under Do not disturb by message only their team.
import type { StateName } from '../contract.ts';
import type { Sight } from './levels.ts';

/** `unreachable` tells no more than that; a blocked person never learns that they are blocked. */
export type Reach = 'reachable' | 'unreachable' | 'doNotDisturb';
export type Approach = 'message' | 'call';

/** Urgent interruptions are for the team alone: Personal shows more, but does not interrupt. */
const INTERRUPTS: readonly Sight[] = ['team', 'self'];

/** What calls under Do not disturb do is decided where calls are routed (to voicemail): here they are let through. */
export function reachOf(sight: Sight, state: StateName, approach: Approach): Reach {
  if (sight === 'blocked') return 'unreachable';
  if (approach === 'message' && state === 'doNotDisturb' && !INTERRUPTS.includes(sight))
    return 'doNotDisturb';
  return 'reachable';
}
