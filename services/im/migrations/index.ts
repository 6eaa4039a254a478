import { conversationsMigration } from './0001-conversations.ts';
import { marksMigration } from './0002-marks-in-conversations.ts';
import { groupsMigration } from './0003-groups.ts';

export const migrations = [conversationsMigration, marksMigration, groupsMigration];
