import { conversationsMigration } from './0001-conversations.ts';
import { marksMigration } from './0002-marks-in-conversations.ts';

export const migrations = [conversationsMigration, marksMigration];
