import type { Migration } from '@parley/platform/store';

export const alertsMigration: Migration = {
  name: '0001-alerts',
  sql: `
    CREATE TABLE people (
      user_id text PRIMARY KEY,
      settings json NOT NULL,
      pushes integer NOT NULL DEFAULT 0,
      version integer NOT NULL DEFAULT 1
    );
    CREATE TABLE keys (
      name text PRIMARY KEY,
      private_key text NOT NULL,
      public_key text NOT NULL
    );
    CREATE TABLE subscriptions (
      subscription_id text PRIMARY KEY,
      user_id text NOT NULL,
      sign_in_id text NOT NULL,
      endpoint text NOT NULL UNIQUE,
      p256dh text NOT NULL,
      auth text NOT NULL,
      can_close boolean NOT NULL,
      created_at bigint NOT NULL
    );
    CREATE INDEX subscriptions_user ON subscriptions (user_id);
    CREATE INDEX subscriptions_sign_in ON subscriptions (sign_in_id);
    CREATE TABLE due (
      user_id text NOT NULL,
      conversation_id text NOT NULL,
      kind text NOT NULL,
      subscription_id text NOT NULL DEFAULT '',
      seq integer NOT NULL,
      due_at bigint NOT NULL,
      tries integer NOT NULL DEFAULT 0,
      PRIMARY KEY (user_id, conversation_id, kind, subscription_id)
    );
    CREATE INDEX due_at ON due (due_at);
    CREATE TABLE shown (
      user_id text NOT NULL,
      conversation_id text NOT NULL,
      seq integer NOT NULL,
      shown_at bigint NOT NULL,
      PRIMARY KEY (user_id, conversation_id)
    );
    CREATE INDEX shown_at ON shown (shown_at);
  `,
};
