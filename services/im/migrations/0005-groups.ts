import type { Migration } from '@parley/platform/store';

/**
 * Groups, whose people change. Whoever leaves keeps the row and the place: `gone` names the places of those who are not
 * in it any more, in the conversation's own row, so that the lock under which a message is numbered decides who may write.
 * `spans` are the messages that a person may see, null for all; its last span is open for as long as the person is in it.
 */
export const groupsMigration: Migration = {
  name: '0005-groups',
  sql: `
    ALTER TABLE conversations
      ADD COLUMN is_group boolean NOT NULL DEFAULT false,
      ADD COLUMN title text NOT NULL DEFAULT '',
      ADD COLUMN locked boolean NOT NULL DEFAULT false,
      ADD COLUMN people_version integer NOT NULL DEFAULT 0,
      ADD COLUMN gone integer[];
    ALTER TABLE participants
      ADD COLUMN spans int4multirange,
      ADD COLUMN leads boolean NOT NULL DEFAULT false,
      ADD COLUMN parted jsonb,
      ADD COLUMN parted_at bigint;
    ALTER TABLE messages ADD COLUMN notice jsonb;
    CREATE TABLE privacy (
      user_id text PRIMARY KEY,
      hides_receipts boolean NOT NULL,
      version integer NOT NULL
    );
  `,
};
