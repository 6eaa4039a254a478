// The rows of what can be undone: the latest removals, and the last import.
import { sql } from 'kysely';
import type { Inverse } from './rules/inverse.ts';
import { withBoth } from './rules/inverse.ts';
import type { Db } from './store.ts';

/** Notices with "Undo" stand for seconds; whoever was cut off in the meantime may come back. */
const KEPT_MS = 60 * 60_000;
const REMOVALS = 20;

export async function readUndo(db: Db, userId: string, undoId: string): Promise<Inverse | undefined> {
  const undos = db.selectFrom('undos').select('inverse').where('user_id', '=', userId);
  return (await undos.where('undo_id', '=', undoId).executeTakeFirst())?.inverse;
}

/** Adds to what is held under that id; of imports only the last is kept, of removals the latest. */
export async function noteUndo(
  db: Db,
  userId: string,
  undo: {
    readonly undoId: string;
    readonly at: number;
    readonly isImport: boolean;
    readonly inverse: Inverse;
  },
): Promise<void> {
  const { undoId, at, isImport } = undo;
  const before = await readUndo(db, userId, undoId);
  const inverse = before === undefined ? undo.inverse : withBoth(before, undo.inverse);
  const values = { at, inverse: sql<Inverse>`${JSON.stringify(inverse)}::jsonb` };
  await db
    .insertInto('undos')
    .values({ user_id: userId, undo_id: undoId, is_import: isImport, ...values })
    .onConflict((conflict) => conflict.columns(['user_id', 'undo_id']).doUpdateSet(values))
    .execute();
  const old = db.deleteFrom('undos').where('user_id', '=', userId).where('is_import', '=', isImport);
  if (isImport) {
    await old.where('undo_id', '!=', undoId).execute();
    return;
  }
  await old
    .where((where) =>
      where.or([
        where('at', '<', at - KEPT_MS),
        where(
          'undo_id',
          'not in',
          db
            .selectFrom('undos')
            .select('undo_id')
            .where('user_id', '=', userId)
            .where('is_import', '=', false)
            .orderBy('at', 'desc')
            .limit(REMOVALS),
        ),
      ]),
    )
    .execute();
}

export async function forgetUndo(db: Db, userId: string, undoId: string): Promise<void> {
  await db.deleteFrom('undos').where('user_id', '=', userId).where('undo_id', '=', undoId).execute();
}

export async function readLastImport(
  db: Db,
  userId: string,
): Promise<{ readonly importId: string; readonly at: number; readonly people: number } | null> {
  const undos = db.selectFrom('undos').selectAll().where('user_id', '=', userId);
  const row = await undos.where('is_import', '=', true).executeTakeFirst();
  if (row === undefined) return null;
  const { added, joined } = row.inverse;
  return { importId: row.undo_id, at: row.at, people: added.length + joined.length };
}
