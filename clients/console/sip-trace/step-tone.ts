// How an arrow looks: a colour for each class of answers (RFC 3261 §7.2), and how a number of milliseconds is said. Pure.
import type { Step, TraceCall } from './trace-api.ts';

export type StepTone = 'request' | 'waiting' | 'good' | 'elsewhere' | 'refused' | 'failed';

export function toneOf(status: number | null): StepTone {
  if (status === null) return 'request';
  if (status < 200) return 'waiting';
  if (status < 300) return 'good';
  if (status < 400) return 'elsewhere';
  return status < 500 ? 'refused' : 'failed';
}

/** What began with this method is, in words that are no method. */
export type Kind = 'call' | 'message' | 'registration' | 'subscription' | 'publication' | 'check' | 'other';

const KINDS: Readonly<Record<string, Kind>> = {
  INVITE: 'call',
  MESSAGE: 'message',
  REGISTER: 'registration',
  SUBSCRIBE: 'subscription',
  NOTIFY: 'subscription',
  PUBLISH: 'publication',
  OPTIONS: 'check',
};

export function kindOf({ method }: Pick<TraceCall, 'method'>): Kind {
  return KINDS[method] ?? 'other';
}

/** 401 and 407 only ask who is there. */
export function isChallenge({ status }: Pick<Step, 'status'>): boolean {
  return status === 401 || status === 407;
}
