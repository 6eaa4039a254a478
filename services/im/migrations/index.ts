import { conversationsMigration } from './0001-conversations.ts';
import { marksMigration } from './0002-marks-in-conversations.ts';
import { richMessagesMigration } from './0003-rich-messages.ts';

export const migrations = [conversationsMigration, marksMigration, richMessagesMigration];
