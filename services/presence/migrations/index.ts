import { presenceMigration } from './0001-presence.ts';
import { saidMigration } from './0002-said.ts';
import { accessMigration } from './0003-access.ts';
import { statesMigration } from './0004-states.ts';

export const migrations = [presenceMigration, saidMigration, accessMigration, statesMigration];
