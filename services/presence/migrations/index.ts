import { presenceMigration } from './0001-presence.ts';
import { saidMigration } from './0002-said.ts';

export const migrations = [presenceMigration, saidMigration];
