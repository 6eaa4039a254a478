import { conversationsMigration } from './0001-conversations.ts';
import { marksMigration } from './0002-marks-in-conversations.ts';
import { receiptsAskedMigration } from './0003-receipts-asked.ts';
import { richMessagesMigration } from './0004-rich-messages.ts';
import { groupsMigration } from './0005-groups.ts';
import { searchBlocksMigration } from './0006-search-blocks.ts';

export const migrations = [
  conversationsMigration,
  marksMigration,
  receiptsAskedMigration,
  richMessagesMigration,
  groupsMigration,
  searchBlocksMigration,
];
