import { contactsMigration } from './0001-contacts.ts';

export const migrations = [contactsMigration];
