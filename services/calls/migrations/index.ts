import { callsMigration } from './0001-calls.ts';

export const migrations = [callsMigration];
