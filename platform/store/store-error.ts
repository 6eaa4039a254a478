// What can stop the store, as codes with a sentence and a remedy. Thrown at start; printed by the host and by
// `parley doctor`.

import { errors } from '../bus/contract.ts';

/** The faults that callers of a running server meet; the others end a start. */
export const storeErrors = errors({
  STORE_UNAVAILABLE: {
    http: 503,
    sip: 503,
    sentence: 'The database does not answer.',
    remedy: 'Try again in a moment. If it stays so, run `parley doctor` on the server.',
  },
  STORE_FULL: {
    http: 507,
    sip: 503,
    sentence: 'The disk of the server is full, so nothing more can be stored.',
    remedy: 'Tell your administrator, who has to free some space there. Then try again.',
  },
  STORE_BAD_VALUE: {
    http: 400,
    sip: 400,
    sentence: 'The request holds a character or a number that cannot be stored.',
    remedy: 'Leave out characters that nobody can see, and numbers that are far too large.',
  },
});

const remedies = {
  STORE_UNREACHABLE: 'Check the address in `store` and that PostgreSQL runs there, then start Parley again.',
  STORE_UNAVAILABLE: storeErrors.table.STORE_UNAVAILABLE.remedy ?? '',
  STORE_FULL: storeErrors.table.STORE_FULL.remedy ?? '',
  STORE_BAD_VALUE: storeErrors.table.STORE_BAD_VALUE.remedy ?? '',
  STORE_SIGN_IN_REFUSED: 'Check the user name, the password and the database name in `store`.',
  STORE_TOO_OLD: 'Give Parley a PostgreSQL 14 or newer.',
  STORE_ENCODING: 'Create the database with `CREATE DATABASE parley ENCODING UTF8 TEMPLATE template0`.',
  STORE_NEWER_DATABASE:
    'Start the newer version of Parley, or restore a backup that was made with this version.',
  STORE_MIGRATION_CHANGED:
    'Install an unmodified Parley of the version that made this database, or a newer one.',
  STORE_MIGRATION_FAILED:
    'Nothing was changed. Start the previous version again and report this message with the log.',
  STORE_DISK_FULL: 'Free some space or choose another folder with `--data`, then start Parley again.',
  STORE_NO_BINARIES:
    'Run `npm ci` with optional packages, or name a PostgreSQL of yours: `store: postgres://user:password@host/parley`.',
  STORE_NO_USER:
    'Create one with `useradd --system parley`, or start Parley as an ordinary user, or name a PostgreSQL of yours in `store`.',
  STORE_DATA_UNREACHABLE:
    'Choose a folder that this user can enter, such as /var/lib/parley, with `--data`, or open the named folder with `chmod o+x`.',
  STORE_DATA_NOT_OURS:
    'Start Parley as the user that owns this folder, or give the folder to the user that starts it.',
  STORE_DATA_UNUSABLE: 'Give this user the right to write there, or choose another directory with `--data`.',
  STORE_DATA_IN_USE: 'Stop that one first, or choose another directory with `--data`.',
  STORE_DATA_OTHER_MAJOR:
    'Make a backup with the version of Parley that wrote it, then restore that into an empty folder with this version.',
  STORE_SECRET_MISSING:
    'Put postgres.secret back from a copy of the data folder, or move the folder away and restore a backup.',
  STORE_START_FAILED: 'The log says why. `parley doctor` checks the usual causes.',
  STORE_NOT_EMPTY: 'Restore into an empty data folder or a database that was just created.',
  STORE_ARCHIVE_DAMAGED: 'Nothing was restored. Use another copy of the backup.',
  STORE_ARCHIVE_NEWER:
    'Nothing was restored. Use the version of Parley that made the backup, or a newer one.',
} as const;

export type StoreErrorCode = keyof typeof remedies;

export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;
  readonly sentence: string;
  readonly remedy: string;

  constructor(code: StoreErrorCode, sentence: string, options?: ErrorOptions) {
    super(`${sentence} ${remedies[code]}`, options);
    this.code = code;
    this.sentence = sentence;
    this.remedy = remedies[code];
  }
}

/** SQLSTATE of an error that PostgreSQL sent, or the code of the socket that failed. */
export function errorCode(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What the system says of a file, or PostgreSQL of a table, that finds no room. */
export const fullDisks: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', '53100']);

const lostConnection = new Set([
  '57P01',
  '57P02',
  '57P03',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOENT',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENOTFOUND',
  '53300',
  // It took too long: the statement, or the pause between two of one transaction.
  '57014',
  '25P03',
]);
/** What the driver says of a connection that broke or never was; it has no codes. */
const lostInWords = /^(Connection terminated|timeout exceeded|Client (was closed|has encountered))/;

const diskFull = '53100';

/** U+0000 in a text, a number beyond its column, a text that is no number: PostgreSQL cannot hold what a peer sent. */
const badValues = new Set(['22021', '22003', '22P02']);

/** The fault that callers are told when the connection, the disk or a peer's value failed; any other error unchanged. */
export function unavailable(error: unknown): unknown {
  const isLost = lostConnection.has(errorCode(error)) || lostInWords.test(errorText(error));
  if (isLost) return runtimeError('STORE_UNAVAILABLE', error);
  if (badValues.has(errorCode(error))) return runtimeError('STORE_BAD_VALUE', error);
  return errorCode(error) === diskFull ? runtimeError('STORE_FULL', error) : error;
}

function runtimeError(code: keyof typeof storeErrors.table, cause: unknown): StoreError {
  return new StoreError(code, storeErrors.table[code].sentence, { cause });
}
