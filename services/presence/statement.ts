// What an endpoint asks to publish, as the statement that is kept of it. Pure; times are the server's.
import type { RequestOf } from '@parley/platform/contract';
import type { publish, Statement, StateName } from './contract.ts';

export function statementOf(
  { endpointId, kind, state, activity, machine, idleS = 0 }: RequestOf<typeof publish>,
  now: number,
): Statement {
  return {
    endpointId,
    kind,
    source: kind === 'browser' ? 'browser' : 'publish',
    deviceId: '',
    state: state ?? (machine === 'locked' ? 'away' : DEFAULTS[activity === 'presenting' ? activity : kind]),
    ...(activity === undefined ? {} : { activity }),
    ...(machine === undefined ? {} : { machine, inputAt: now - idleS * 1000 }),
    since: now,
  };
}

/** Who shows slides does not want a message on them. */
const DEFAULTS: Readonly<Record<Statement['kind'] | 'presenting', StateName>> = {
  browser: 'available',
  phone: 'available',
  call: 'busy',
  conference: 'busy',
  presenting: 'doNotDisturb',
};
