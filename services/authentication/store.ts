// The rows of authentication. The only file of this service that sees SQL.
import type { ServiceStore } from '@parley/platform/store';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Device, SignIn } from './contract.ts';
import type { DeviceHashes } from './device-password.ts';
import { type FailureCount, NO_FAILURES } from './lock-out.ts';

/** Unix milliseconds in a `bigint` column. */
type Ms = number;

export interface AuthenticationTables {
  passwords: { user_id: string; hash: string; failures: number; locked_until: Ms; changed_at: Ms };
  sign_ins: {
    sign_in_id: string;
    user_id: string;
    token_hash: string;
    source: string;
    user_agent: string;
    created_at: Ms;
    last_seen_at: Ms;
    expires_at: Ms;
  };
  devices: {
    device_id: string;
    user_id: string;
    name: string;
    address: string;
    local_md5: string;
    local_sha256: string;
    full_md5: string;
    full_sha256: string;
    created_at: Ms;
    expires_at: Ms | null;
    last_used_at: Ms | null;
  };
  keys: { name: string; value: string };
}

type Db = Kysely<AuthenticationTables> | Transaction<AuthenticationTables>;

export async function putPassword(db: Db, userId: string, hash: string, now: number): Promise<void> {
  const values = { hash, failures: 0, locked_until: 0, changed_at: now };
  await db
    .insertInto('passwords')
    .values({ user_id: userId, ...values })
    .onConflict((conflict) => conflict.column('user_id').doUpdateSet(values))
    .execute();
}

export async function findPassword(db: Db, userId: string) {
  const row = await db.selectFrom('passwords').selectAll().where('user_id', '=', userId).executeTakeFirst();
  if (row === undefined) return undefined;
  return { hash: row.hash, count: { failures: row.failures, lockedUntil: row.locked_until } };
}

/**
 * Counts with the row locked, so that guesses in parallel are all counted. Does not wait for the disk: that would take
 * longer than all the rest, and tell from outside that there is somebody to count for. @returns the count before.
 */
export async function changeCount(
  db: Transaction<AuthenticationTables>,
  userId: string,
  next: (count: FailureCount) => FailureCount,
): Promise<FailureCount> {
  await sql`set local synchronous_commit = off`.execute(db);
  const row = await db
    .selectFrom('passwords')
    .select(['failures', 'locked_until'])
    .where('user_id', '=', userId)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) return NO_FAILURES;
  const before = { failures: row.failures, lockedUntil: row.locked_until };
  const count = next(before);
  if (count.failures === before.failures && count.lockedUntil === before.lockedUntil) return before;
  await db
    .updateTable('passwords')
    .set({ failures: count.failures, locked_until: count.lockedUntil })
    .where('user_id', '=', userId)
    .execute();
  return before;
}

type SignInRow = AuthenticationTables['sign_ins'];

function signInOf(row: SignInRow): SignIn {
  return {
    signInId: row.sign_in_id,
    userId: row.user_id,
    source: row.source,
    userAgent: row.user_agent,
    createdAt: row.created_at,
    lastSeenAt: row.last_seen_at,
  };
}

export async function insertSignIn(
  db: Db,
  signIn: SignIn,
  tokenHash: string,
  expiresAt: number,
): Promise<void> {
  await db
    .insertInto('sign_ins')
    .values({
      sign_in_id: signIn.signInId,
      user_id: signIn.userId,
      token_hash: tokenHash,
      source: signIn.source,
      user_agent: signIn.userAgent,
      created_at: signIn.createdAt,
      last_seen_at: signIn.lastSeenAt,
      expires_at: expiresAt,
    })
    .execute();
}

/** Asked for every request and window of a browser: prepared, because making the query took longer than the answer. */
export async function findSignIns(
  own: ServiceStore<AuthenticationTables>,
  tokenHashes: readonly string[],
  now: number,
): Promise<Map<string, SignIn>> {
  const rows = await own.statement<SignInRow>(
    'sign-ins-by-token',
    `select * from authentication.sign_ins
     where token_hash = any((select $1::text[])::text[]) and expires_at > $2`,
    [tokenHashes, now],
  );
  return new Map(rows.map((row) => [row.token_hash, signInOf(row)]));
}

export async function touchSignIns(
  own: ServiceStore<AuthenticationTables>,
  signInIds: readonly string[],
  now: number,
): Promise<void> {
  await own.statement(
    'touch-sign-ins',
    'update authentication.sign_ins set last_seen_at = $2 where sign_in_id = any($1::text[])',
    [[...signInIds].sort(), now],
  );
}

/** Deletes and returns what was there, so that each end is announced once. */
export type SignInsToEnd =
  | { readonly signInId: string }
  | { readonly userId: string; readonly butNot?: string };

export async function endSignIns(db: Db, which: SignInsToEnd): Promise<SignIn[]> {
  let removal = db.deleteFrom('sign_ins').returningAll();
  if ('signInId' in which) removal = removal.where('sign_in_id', '=', which.signInId);
  else {
    removal = removal.where('user_id', '=', which.userId);
    if (which.butNot !== undefined) removal = removal.where('sign_in_id', '!=', which.butNot);
  }
  return (await removal.execute()).map(signInOf);
}

export async function forgetExpired(db: Db, now: number): Promise<void> {
  await db.deleteFrom('sign_ins').where('expires_at', '<=', now).execute();
}

export async function listSignIns(
  db: Db,
  userId: string | undefined,
  now: number,
  limit: number,
): Promise<SignIn[]> {
  let query = db.selectFrom('sign_ins').selectAll().where('expires_at', '>', now);
  if (userId !== undefined) query = query.where('user_id', '=', userId);
  const rows = await query.orderBy('last_seen_at', 'desc').limit(limit).execute();
  return rows.map(signInOf);
}

type DeviceRow = AuthenticationTables['devices'];

function deviceOf(row: DeviceRow): Device {
  return {
    deviceId: row.device_id,
    userId: row.user_id,
    name: row.name,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
  };
}

export async function insertDevice(
  db: Db,
  device: Device,
  address: string,
  hashes: DeviceHashes,
): Promise<void> {
  await db
    .insertInto('devices')
    .values({
      device_id: device.deviceId,
      user_id: device.userId,
      name: device.name,
      address,
      local_md5: hashes.local.md5,
      local_sha256: hashes.local.sha256,
      full_md5: hashes.full.md5,
      full_sha256: hashes.full.sha256,
      created_at: device.createdAt,
      expires_at: device.expiresAt,
      last_used_at: device.lastUsedAt,
    })
    .execute();
}

export async function listDevices(db: Db, userId: string): Promise<Device[]> {
  const rows = await db
    .selectFrom('devices')
    .selectAll()
    .where('user_id', '=', userId)
    .orderBy('created_at')
    .execute();
  return rows.map(deviceOf);
}

/** Devices with the hashes for that spelling of the user name. */
export async function findDigests(db: Db, address: string, spelling: 'local' | 'full') {
  const rows = await db.selectFrom('devices').selectAll().where('address', '=', address).execute();
  return rows.map((row) => ({
    deviceId: row.device_id,
    userId: row.user_id,
    md5: spelling === 'local' ? row.local_md5 : row.full_md5,
    sha256: spelling === 'local' ? row.local_sha256 : row.full_sha256,
    expiresAt: row.expires_at,
  }));
}

export async function deleteDevice(db: Db, userId: string, deviceId: string): Promise<boolean> {
  const result = await db
    .deleteFrom('devices')
    .where('user_id', '=', userId)
    .where('device_id', '=', deviceId)
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}

export async function touchDevice(db: Db, deviceId: string, at: number): Promise<void> {
  await db.updateTable('devices').set({ last_used_at: at }).where('device_id', '=', deviceId).execute();
}

/** The value under that name, made by `make` if it is the first to ask among all processes. */
export async function keyNamed(db: Db, name: string, make: () => string): Promise<string> {
  await db
    .insertInto('keys')
    .values({ name, value: make() })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
  const row = await db.selectFrom('keys').select('value').where('name', '=', name).executeTakeFirstOrThrow();
  return row.value;
}

export async function forgetKey(db: Db, name: string): Promise<void> {
  await db.deleteFrom('keys').where('name', '=', name).execute();
}
