import { alertsMigration } from './0001-alerts.ts';
import { mailMigration } from './0002-mail.ts';

export const migrations = [alertsMigration, mailMigration];
