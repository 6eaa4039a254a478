import type { Migration } from '@parley/platform/store';

/** What phones want to hear of the messages that they sent (RFC 5438 §6): rows for those who ask, none for anybody else. */
export const receiptsAskedMigration: Migration = {
  name: '0003-receipts-asked',
  sql: `
    CREATE TABLE receipts_asked (
      conversation_id text NOT NULL,
      seq integer NOT NULL,
      recipient_id text NOT NULL,
      sender_id text NOT NULL,
      device_id text NOT NULL,
      imdn_id text NOT NULL,
      sent_at bigint NOT NULL,
      wants_delivery boolean NOT NULL,
      wants_display boolean NOT NULL,
      asked_at bigint NOT NULL,
      PRIMARY KEY (conversation_id, recipient_id, seq)
    );
    CREATE INDEX receipts_asked_at ON receipts_asked (asked_at);
  `,
};
