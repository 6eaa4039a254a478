import { alertsMigration } from './0001-alerts.ts';

export const migrations = [alertsMigration];
