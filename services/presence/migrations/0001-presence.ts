import type { Migration } from '@parley/platform/store';

export const presenceMigration: Migration = {
  name: '0001-presence',
  sql: `
    CREATE TABLE people (
      user_id text PRIMARY KEY,
      manual text,
      note text NOT NULL DEFAULT '',
      state text NOT NULL DEFAULT 'offline',
      reason text NOT NULL DEFAULT 'none',
      devices text[] NOT NULL DEFAULT '{}',
      since bigint NOT NULL DEFAULT 0,
      version integer NOT NULL DEFAULT 0,
      location_version integer NOT NULL DEFAULT 0
    );
    CREATE TABLE publications (
      user_id text NOT NULL REFERENCES people ON DELETE CASCADE,
      endpoint_id text NOT NULL,
      kind text NOT NULL,
      source text NOT NULL,
      device_id text NOT NULL,
      state text NOT NULL,
      etag text NOT NULL DEFAULT '',
      expires_at bigint NOT NULL,
      PRIMARY KEY (user_id, endpoint_id)
    );
    CREATE INDEX publications_expiry ON publications (expires_at);
    CREATE TABLE contacts (
      user_id text NOT NULL,
      contact_id text NOT NULL,
      group_name text NOT NULL,
      favourite boolean NOT NULL,
      added_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (user_id, contact_id)
    );
  `,
};
