import type { Migration } from '@parley/platform/store';

/**
 * What is searched: up to 128 messages of one conversation, one after the other, as one row of folded words, a line for each
 * message, and when each was sent. `searched_seq` and `searched_revision` say up to which message and which change a
 * conversation has such rows; what is behind them is searched as it is.
 */
export const searchBlocksMigration: Migration = {
  name: '0006-search-blocks',
  sql: `
    CREATE TABLE search_blocks (
      conversation_id text NOT NULL,
      block integer NOT NULL,
      first_at bigint NOT NULL,
      last_at bigint NOT NULL,
      words text NOT NULL,
      sent_ats bigint[] NOT NULL,
      PRIMARY KEY (conversation_id, block) INCLUDE (first_at, last_at)
    );
    ALTER TABLE conversations
      ADD COLUMN searched_seq integer NOT NULL DEFAULT 0,
      ADD COLUMN searched_revision integer NOT NULL DEFAULT 0;
  `,
};
