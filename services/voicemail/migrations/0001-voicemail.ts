import type { Migration } from '@parley/platform/store';

/**
 * A message is a row from the moment in which it is recorded: `recording_id` at `media_node_id` is where its sound is until it
 * stands in the pieces, and `alive_at` says that somebody still attends to the caller.
 */
export const voicemailMigration: Migration = {
  name: '0001-voicemail',
  sql: `
    CREATE TABLE mailboxes (
      user_id text PRIMARY KEY,
      greeting_id text,
      greeting_ms integer NOT NULL DEFAULT 0,
      greeting_at bigint NOT NULL DEFAULT 0,
      pin_hash text,
      wrong_pins integer NOT NULL DEFAULT 0,
      locked_until bigint NOT NULL DEFAULT 0,
      mail_copy boolean NOT NULL DEFAULT false
    );
    CREATE TABLE messages (
      voicemail_id text PRIMARY KEY,
      user_id text NOT NULL,
      record_id text NOT NULL,
      caller jsonb NOT NULL,
      at bigint NOT NULL,
      duration_ms integer NOT NULL DEFAULT 0,
      bytes integer NOT NULL DEFAULT 0,
      is_heard boolean NOT NULL DEFAULT false,
      removed_at bigint,
      is_kept boolean NOT NULL DEFAULT false,
      recording_id text NOT NULL,
      media_node_id text NOT NULL,
      mail_tries integer NOT NULL DEFAULT 0,
      mail_due_at bigint,
      alive_at timestamptz NOT NULL DEFAULT now()
    );
    CREATE INDEX messages_of ON messages (user_id, at DESC, voicemail_id) WHERE is_kept;
    CREATE INDEX messages_to_mail ON messages (mail_due_at) WHERE mail_due_at IS NOT NULL;
    CREATE INDEX messages_recording ON messages (alive_at) WHERE NOT is_kept;
    CREATE TABLE message_pieces (
      voicemail_id text NOT NULL REFERENCES messages ON DELETE CASCADE,
      nth integer NOT NULL,
      data bytea NOT NULL,
      PRIMARY KEY (voicemail_id, nth)
    );
    ALTER TABLE message_pieces ALTER COLUMN data SET STORAGE EXTERNAL;
    CREATE TABLE greetings (
      greeting_id text PRIMARY KEY,
      user_id text NOT NULL,
      media_type text NOT NULL DEFAULT '',
      bytes integer NOT NULL,
      put_at bigint NOT NULL
    );
    CREATE TABLE greeting_pieces (
      greeting_id text NOT NULL REFERENCES greetings ON DELETE CASCADE,
      nth integer NOT NULL,
      data bytea NOT NULL,
      PRIMARY KEY (greeting_id, nth)
    );
    ALTER TABLE greeting_pieces ALTER COLUMN data SET STORAGE EXTERNAL;
  `,
};
