export type { Manifest as BackupManifest } from './archive.ts';
export { backup } from './backup.ts';
export { type DataLock, lockDataDirectory } from './data-lock.ts';
export { embeddedPostgresUrl } from './embedded-address.ts';
export {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from './embedded-postgres.ts';
export { type GroupCommitOptions, groupCommit, inGroups } from './group-commit.ts';
export { openStore, type StoreOptions } from './open-store.ts';
export { type RestoreOptions, restore } from './restore.ts';
export { announcement } from './service-store.ts';
export type { Migration, ServiceStore, ServiceTransaction, Store } from './store.ts';
export { errorCode, StoreError, type StoreErrorCode } from './store-error.ts';
