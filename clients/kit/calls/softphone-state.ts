// What a softphone shows of its calls, and what there is before it is loaded.
import type { Callee, CallSide } from '@parley/services/calls/contract';
import type { Fault } from '../fault.ts';
import type { SessionView } from './call-session.ts';

/** Whom one calls, with the name that is shown until the server says more. */
export interface Target {
  readonly to: Callee;
  readonly name: string;
}
export interface Placing extends Target {
  readonly clientId: string;
  readonly video: boolean;
}

export interface SoftphoneState {
  /** The calls whose sound is in this window, by sideId. */
  readonly sessions: Readonly<Record<string, SessionView>>;
  readonly placing: Placing | null;
  /** Calls that were here and have ended, the newest first, until they are waved away. */
  readonly endings: readonly CallSide[];
  /** The second call that somebody made to hand the first one over: second → first. */
  readonly consults: Readonly<Record<string, string>>;
  /** Rings without a sound. */
  readonly silenced: readonly string[];
  readonly fault: Fault | null;
  /** A call that is over, of which the person is asked how it was. */
  readonly asked: { readonly sideId: string; readonly recordId: string } | null;
}

export const NO_CALLS: SoftphoneState = {
  sessions: {},
  placing: null,
  endings: [],
  consults: {},
  silenced: [],
  fault: null,
  asked: null,
};
