import { usersMigration } from './0001-users.ts';
import { searchLinesMigration } from './0002-search-lines.ts';

export const migrations = [usersMigration, searchLinesMigration];
