// The rows of policy. The only file of this service that sees SQL.
import { type Generated, type Kysely, sql, type Transaction } from 'kysely';
import type { Policy, PolicyChange, Scope, SettingName, Settings } from './contract.ts';
import { scopeKey } from './rules/effective.ts';

export interface PolicyTables {
  policies: { scope_key: string; scope: Scope; settings: Partial<Settings>; version: number };
  changes: {
    change_id: Generated<number>;
    changed_at: number;
    changed_by: string;
    scope: Scope;
    setting: string;
    before: unknown;
    after: unknown;
  };
}

type Db = Kysely<PolicyTables> | Transaction<PolicyTables>;
type Tx = Transaction<PolicyTables>;

/** Parameters of type jsonb are written as text, so that an array is JSON and no array of PostgreSQL. */
const json = <T>(value: T) => sql<T>`${value === undefined ? null : JSON.stringify(value)}::jsonb`;

/** The policy of a scope, made if it is the first time, and locked until the transaction ends. */
export async function lockPolicy(db: Tx, scope: Scope): Promise<Policy> {
  await db
    .insertInto('policies')
    .values({ scope_key: scopeKey(scope), scope: json(scope), settings: json({}), version: 0 })
    .onConflict((conflict) => conflict.column('scope_key').doNothing())
    .execute();
  const row = await db
    .selectFrom('policies')
    .selectAll()
    .where('scope_key', '=', scopeKey(scope))
    .forUpdate()
    .executeTakeFirstOrThrow();
  return { scope, settings: row.settings, version: row.version };
}

export async function putPolicy(db: Tx, { scope, settings, version }: Policy): Promise<void> {
  await db
    .updateTable('policies')
    .set({ settings: json(settings), version })
    .where('scope_key', '=', scopeKey(scope))
    .execute();
}

export async function putChanges(
  db: Tx,
  made: { readonly at: number; readonly by: string; readonly scope: Scope },
  settings: readonly SettingName[],
  values: { readonly before: Partial<Settings>; readonly after: Partial<Settings> },
): Promise<void> {
  await db
    .insertInto('changes')
    .values(
      settings.map((setting) => ({
        changed_at: made.at,
        changed_by: made.by,
        scope: json(made.scope),
        setting,
        before: json<unknown>(values.before[setting]),
        after: json<unknown>(values.after[setting]),
      })),
    )
    .execute();
}

export async function policyPage(
  db: Db,
  after: string | undefined,
  limit: number,
): Promise<{ policies: Policy[]; next?: string }> {
  const rows = await db
    .selectFrom('policies')
    .selectAll()
    .where('scope_key', '>', after ?? '')
    .orderBy('scope_key')
    .limit(limit)
    .execute();
  const policies = rows.map(({ scope, settings, version }) => ({ scope, settings, version }));
  const last = rows.at(-1);
  return rows.length === limit && last !== undefined ? { policies, next: last.scope_key } : { policies };
}

export async function latestChanges(db: Db, limit: number): Promise<PolicyChange[]> {
  const rows = await db.selectFrom('changes').selectAll().orderBy('change_id', 'desc').limit(limit).execute();
  return rows.map((row) => ({
    at: row.changed_at,
    by: row.changed_by,
    scope: row.scope,
    setting: row.setting,
    before: row.before,
    after: row.after,
  }));
}
