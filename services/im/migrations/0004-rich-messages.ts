import type { Migration } from '@parley/platform/store';

/** What most messages do not have costs them a bit each: both columns are null, and neither index has a row for them. */
export const richMessagesMigration: Migration = {
  name: '0004-rich-messages',
  sql: `
    ALTER TABLE messages ADD COLUMN extra jsonb, ADD COLUMN revision integer;
    ALTER TABLE conversations ADD COLUMN revision integer NOT NULL DEFAULT 0;
    CREATE INDEX messages_changed ON messages (conversation_id, revision) WHERE revision IS NOT NULL;

    CREATE TABLE image_data (
      hash text PRIMARY KEY,
      bytes integer NOT NULL,
      pieces integer NOT NULL
    );
    CREATE TABLE image_pieces (
      hash text NOT NULL REFERENCES image_data ON DELETE CASCADE,
      nth integer NOT NULL,
      data bytea NOT NULL,
      PRIMARY KEY (hash, nth)
    );
    ALTER TABLE image_pieces ALTER COLUMN data SET STORAGE EXTERNAL;
    CREATE TABLE images (
      image_id text PRIMARY KEY,
      conversation_id text NOT NULL,
      uploader_id text NOT NULL,
      hash text NOT NULL REFERENCES image_data,
      name text NOT NULL,
      media_type text NOT NULL,
      width integer NOT NULL,
      height integer NOT NULL,
      put_at bigint NOT NULL,
      client_id text,
      is_kept boolean NOT NULL DEFAULT false
    );
    CREATE INDEX images_hash ON images (hash);
    CREATE INDEX images_message ON images (uploader_id, client_id);
    CREATE INDEX images_waiting ON images (put_at) WHERE NOT is_kept;

    CREATE TABLE scheduled (
      schedule_id text PRIMARY KEY,
      sender_id text NOT NULL,
      conversation_id text NOT NULL,
      client_id text NOT NULL,
      content jsonb NOT NULL,
      device_id text,
      send_at bigint NOT NULL,
      claimed_until bigint NOT NULL DEFAULT 0,
      fault jsonb,
      UNIQUE (sender_id, client_id)
    );
    CREATE INDEX scheduled_due ON scheduled (send_at) WHERE fault IS NULL;
  `,
};
