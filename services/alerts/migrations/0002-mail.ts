import type { Migration } from '@parley/platform/store';

/** Whom to look at and when, what was mailed to them, and the addresses that the mail server does not know. */
export const mailMigration: Migration = {
  name: '0002-mail',
  sql: `
    CREATE TABLE digests (
      user_id text PRIMARY KEY,
      due_at bigint NOT NULL,
      touched integer NOT NULL DEFAULT 0,
      tries integer NOT NULL DEFAULT 0,
      letter json
    );
    CREATE INDEX digests_due_at ON digests (due_at);
    CREATE TABLE mailed (
      user_id text NOT NULL,
      conversation_id text NOT NULL,
      seq integer NOT NULL,
      mailed_at bigint NOT NULL,
      PRIMARY KEY (user_id, conversation_id)
    );
    CREATE INDEX mailed_at ON mailed (mailed_at);
    CREATE TABLE mail_refusals (
      user_id text PRIMARY KEY,
      address text NOT NULL,
      reply text NOT NULL,
      refused_at bigint NOT NULL
    );
  `,
};
