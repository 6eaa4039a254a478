// What a browser may say and ask of how its calls go; who asks is said by the session.
import { done, type Outcome } from '@parley/platform/contract';
import { showRecord } from '../calls/contract.ts';
import {
  type OwnCall,
  ofRecord,
  type qualityCommands,
  qualityErrors,
  rate,
  report,
} from '../quality/contract.ts';
import type { Handler } from './dispatch.ts';

export const qualityHandlers = {
  'call.quality': ({ bus }, { userId }, request) =>
    bus.call(report, { ...request, userId, reporter: 'browser' }),
  'call.rate': ({ bus }, { userId }, request) => bus.call(rate, { ...request, userId }),
  'call.explain': async ({ bus }, { userId }, { recordId, sideId }): Promise<Outcome<OwnCall>> => {
    const shown = await bus.call(showRecord, { recordId });
    if (!shown.ok) return shown;
    const side = shown.value.record.sides.find((one) => one.sideId === sideId && one.userId === userId);
    if (side === undefined) return qualityErrors.fault('QUALITY_NOT_YOURS');
    const known = await bus.call(ofRecord, { recordId, sideId });
    if (!known.ok) return known;
    // Where somebody else sends their calls is nobody's business but theirs.
    const steps = shown.value.steps.filter((step) => step.userId === userId);
    const { reports, ratings } = known.value;
    const stars = ratings.find((rating) => rating.userId === userId)?.stars ?? null;
    return done({ side, steps, reports, stars });
  },
} satisfies { readonly [N in keyof typeof qualityCommands]: Handler<N> };
