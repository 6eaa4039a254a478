import { reportsMigration } from './0001-reports.ts';

export const migrations = [reportsMigration];
