import { policiesMigration } from './0001-policies.ts';

export const migrations = [policiesMigration];
