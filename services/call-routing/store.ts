// The rows of call rules. The only file of this service that sees SQL.
import { type Kysely, sql, type Transaction } from 'kysely';
import type { CallRules } from './contract.ts';
import { DEFAULT_RULES } from './rules/defaults.ts';

export interface CallRoutingTables {
  rules: { user_id: string; rules: CallRules; version: number };
}

type Db = Kysely<CallRoutingTables> | Transaction<CallRoutingTables>;
type Tx = Transaction<CallRoutingTables>;

export interface KeptRules {
  readonly rules: CallRules;
  /** 0 where nothing is kept. */
  readonly version: number;
}

const NOTHING_KEPT: KeptRules = { rules: DEFAULT_RULES, version: 0 };
const json = <T>(value: T) => sql<T>`${JSON.stringify(value)}::jsonb`;

/** The rules of these people, each in one question for all. */
export async function readRules(db: Db, userIds: readonly string[]): Promise<Map<string, KeptRules>> {
  const rows = await db.selectFrom('rules').selectAll().where('user_id', 'in', userIds).execute();
  const kept = new Map<string, KeptRules>(userIds.map((userId) => [userId, NOTHING_KEPT]));
  for (const { user_id: userId, rules, version } of rows) kept.set(userId, { rules, version });
  return kept;
}

/** The same of one person, made if it is the first time, and locked until the transaction ends. */
export async function lockRules(db: Tx, userId: string): Promise<KeptRules> {
  await db
    .insertInto('rules')
    .values({ user_id: userId, rules: json(DEFAULT_RULES), version: 0 })
    .onConflict((conflict) => conflict.column('user_id').doNothing())
    .execute();
  const { rules, version } = await db
    .selectFrom('rules')
    .selectAll()
    .where('user_id', '=', userId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  return { rules, version };
}

export async function writeRules(db: Tx, userId: string, { rules, version }: KeptRules): Promise<void> {
  await db
    .updateTable('rules')
    .set({ rules: json(rules), version })
    .where('user_id', '=', userId)
    .execute();
}
