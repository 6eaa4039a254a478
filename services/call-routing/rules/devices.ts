// The person's own devices: they ring unless a rule before has sent the call away. Pure.
import type { Rule } from './situation.ts';

export const devices: Rule = ({ calleeId, rules }) => ({
  said: [
    {
      wording: 'devicesRing',
      matched: true,
      values: { seconds: { kind: 'count', count: rules.unanswered.afterS } },
    },
  ],
  course: { rings: [{ target: { kind: 'devices', userId: calleeId }, delayS: 0 }] },
});
