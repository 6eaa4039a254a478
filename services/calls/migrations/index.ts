import { callsMigration } from './0001-calls.ts';
import { recoveryMigration } from './0002-recovery.ts';
import { recordsMigration } from './0003-records.ts';

export const migrations = [callsMigration, recoveryMigration, recordsMigration];
