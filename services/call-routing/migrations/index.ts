import { rulesMigration } from './0001-rules.ts';

export const migrations = [rulesMigration];
