import type { Migration } from '@parley/platform/store';

export const conversationsMigration: Migration = {
  name: '0001-conversations',
  sql: `
    CREATE TABLE conversations (
      conversation_id text PRIMARY KEY,
      participant_key text NOT NULL UNIQUE,
      last_seq integer NOT NULL DEFAULT 0,
      last_at bigint NOT NULL
    );
    CREATE TABLE participants (
      conversation_id text NOT NULL REFERENCES conversations ON DELETE CASCADE,
      user_id text NOT NULL,
      read_seq integer NOT NULL DEFAULT 0,
      phone_seq integer NOT NULL DEFAULT 0,
      PRIMARY KEY (user_id, conversation_id)
    );
    CREATE INDEX participants_conversation ON participants (conversation_id);
    CREATE TABLE messages (
      conversation_id text NOT NULL REFERENCES conversations ON DELETE CASCADE,
      seq integer NOT NULL,
      message_id text NOT NULL,
      sender_id text NOT NULL,
      text text NOT NULL,
      sent_at bigint NOT NULL,
      client_id text NOT NULL,
      PRIMARY KEY (conversation_id, seq),
      UNIQUE (sender_id, client_id)
    );
    CREATE TABLE deliveries (
      recipient_id text PRIMARY KEY,
      node_id text NOT NULL,
      until bigint NOT NULL
    );
  `,
};
