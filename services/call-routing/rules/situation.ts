// What the rules know of one call: who calls whom and when, what the person has set, and how they are. Gathered by
// service.ts, so that the rules themselves ask nobody. Pure.
import type { Allowances, CallPlan, CallRules, RuleTarget, StepValue } from '../contract.ts';
import type { Wording } from './wording.ts';

export interface Caller {
  readonly userId?: string | undefined;
  /** `local@domain` and numbers, the one to show first; none for somebody who does not say. */
  readonly addresses: readonly string[];
}

export interface Situation {
  readonly calleeId: string;
  readonly caller: Caller;
  /** Whether the level that the caller has with the callee is Blocked; whether it is Team. */
  readonly isBlocked: boolean;
  readonly isTeam: boolean;
  /** Unix milliseconds. */
  readonly at: number;
  /** People who have sent the call on. */
  readonly through: readonly string[];
  readonly rules: CallRules;
  readonly allowances: Allowances;
  /** Whether a licence lets the callee manage calls. */
  readonly isLicensed: boolean;
  readonly isUndisturbed: boolean;
  /** When Do not disturb ends by itself, where that is known. */
  readonly undisturbedUntil?: number | undefined;
  readonly workingHours?: Hours | undefined;
  /** In which the callee is told of moments. */
  readonly timeZone: string;
  /** Undefined where nobody of this server is called so any more. */
  readonly nameOf: (userId: string) => string | undefined;
  /** Whether a colleague's devices may ring for this caller: who blocked them, or is not to be disturbed, is left alone. */
  readonly mayRing: (userId: string) => boolean;
}

/** When somebody works: days from Sunday, 0, and minutes after midnight. */
export interface Hours {
  readonly timeZone: string;
  readonly days: readonly number[];
  readonly startMinute: number;
  readonly endMinute: number;
}

/** One thing that a rule says; plan.ts makes a step of it. */
export interface Said {
  readonly wording: Wording;
  readonly matched: boolean;
  readonly values?: Readonly<Record<string, StepValue>>;
}

export type Ring = CallPlan['stages'][number]['rings'][number];
export type Lastly = CallPlan['lastly'];

/** What the rules have made of the call so far. */
export interface Course {
  /** Forwarding and ringing elsewhere do not count for this call. */
  readonly isResting: boolean;
  readonly rings: readonly Ring[];
  readonly lastly: Lastly;
  readonly busy: RuleTarget | null;
  /** Nothing rings: the call goes where `lastly` says, and no other rule is asked. */
  readonly ends: boolean;
}

/** A rule looks at the call and says what it makes of it; what it does not name stays. */
export type Rule = (
  situation: Situation,
  course: Course,
) => { readonly said: readonly Said[]; readonly course?: Partial<Course> };
