// The rows of calls whose front end is gone: taken over as a whole, so that of several front ends one has them all.
import type { CallSide } from './contract.ts';
import type { Kept } from './kept.ts';
import { announceSides, type CallRecord, type Own, putSide, type Step } from './store.ts';

export interface KeptSideRow {
  readonly side: CallSide;
  readonly clientId: string | undefined;
  readonly kept: Kept | null;
}
export interface KeptCall {
  readonly record: CallRecord;
  readonly sides: readonly KeptSideRow[];
}

/** Front ends that hold calls, by what stands in the rows. */
export async function placesWithCalls(own: Own): Promise<string[]> {
  const rows = await own.db
    .selectFrom('calls')
    .select('node_id')
    .distinct()
    .where('ended_at', 'is', null)
    .execute();
  return rows.map(({ node_id }) => node_id);
}

/** Whether somebody has to go on with a call whose sides were named at that place. */
export async function hasRunning(own: Own, place: string): Promise<boolean> {
  const rows = await own.statement(
    'has-running',
    'select 1 from calls.call_sides where ended_at is null and starts_with(side_id, $1) limit 1',
    [`${place}-`],
  );
  return rows.length > 0;
}

/** From here on they are ours: what the other writes, should it live, is refused. */
export async function takeCallsOf(
  own: Own,
  from: string,
  here: string,
  /** Left out: all of them. */
  recordId?: string,
): Promise<KeptCall[]> {
  return await own.transaction(async (tx) => {
    const records = await tx.db
      .updateTable('calls')
      .set({ node_id: here })
      .where('node_id', '=', from)
      .where('ended_at', 'is', null)
      .$if(recordId !== undefined, (update) => update.where('record_id', '=', recordId!))
      .returningAll()
      .execute();
    const sides = await tx.db
      .updateTable('call_sides')
      .set({ node_id: here })
      .where('node_id', '=', from)
      .where('ended_at', 'is', null)
      .$if(recordId !== undefined, (update) => update.where('record_id', '=', recordId!))
      .returning(['record_id', 'client_id', 'side', 'kept'])
      .execute();
    const byRecord = Map.groupBy(sides, ({ record_id }) => record_id);
    return records.map((row) => ({
      record: {
        recordId: row.record_id,
        startedAt: Number(row.started_at),
        answeredAt: row.answered_at === null ? undefined : Number(row.answered_at),
        endedAt: undefined,
        steps: row.steps as readonly Step[],
      },
      sides: (byRecord.get(row.record_id) ?? []).map(({ side, client_id, kept }) => ({
        side,
        clientId: client_id ?? undefined,
        kept,
      })),
    }));
  });
}

/** Closes the books of a call that cannot go on. @param sides as they ended. */
export async function closeCall(
  own: Own,
  here: string,
  { recordId }: CallRecord,
  sides: readonly CallSide[],
  at: number,
): Promise<void> {
  await own.transaction(async (tx) => {
    await tx.db.updateTable('calls').set({ ended_at: at }).where('record_id', '=', recordId).execute();
    for (const side of sides) await putSide(tx, here, { side, clientId: undefined, kept: undefined });
    await announceSides(tx, sides);
  });
}

/** Beside what is told: where a side is to be found when this front end is gone. */
export async function keepSides(
  own: Own,
  here: string,
  sides: readonly { readonly sideId: string; readonly kept: Kept }[],
): Promise<void> {
  for (const { sideId, kept } of sides)
    await own.statement(
      'keep-side',
      'update calls.call_sides set kept = $3 where side_id = $1 and node_id = $2 and ended_at is null',
      [sideId, here, JSON.stringify(kept)],
    );
}
