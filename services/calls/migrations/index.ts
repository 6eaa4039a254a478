import { callsMigration } from './0001-calls.ts';
import { recoveryMigration } from './0002-recovery.ts';

export const migrations = [callsMigration, recoveryMigration];
