// The books of calls, asked over the bus.
import type { Bus, Subscription } from '@parley/platform/bus';
import { done } from '@parley/platform/contract';
import { callErrors, listRecords, showRecord, sideOfCallId } from './contract.ts';
import type { Own } from './store.ts';
import { findRecord, findSide, recordsPage } from './store-records.ts';

const { fault } = callErrors;

export async function serveRecords(bus: Bus, own: Own): Promise<Subscription[]> {
  return [
    await bus.serve(listRecords, async (asked) => done(await recordsPage(own, asked))),
    await bus.serve(showRecord, async ({ recordId }) => {
      const found = await findRecord(own, recordId);
      return found === undefined ? fault('CALL_NO_RECORD') : done(found);
    }),
    await bus.serve(sideOfCallId, async ({ userId, callId }) => {
      const side = await findSide(own, userId, callId);
      return side === undefined ? fault('CALL_NO_RECORD') : done({ side });
    }),
  ];
}
