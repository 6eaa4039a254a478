import type { Migration } from '@parley/platform/store';

export const usersMigration: Migration = {
  name: '0001-users',
  sql: `
    CREATE TABLE users (
      user_id text PRIMARY KEY,
      address text NOT NULL UNIQUE,
      name text NOT NULL,
      title text NOT NULL,
      department text NOT NULL,
      office text NOT NULL,
      phone text NOT NULL,
      photo text NOT NULL DEFAULT '',
      administrator boolean NOT NULL DEFAULT false,
      disabled boolean NOT NULL DEFAULT false,
      version integer NOT NULL DEFAULT 1,
      sort_name text COLLATE "C" NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now()
    );
    CREATE UNIQUE INDEX users_phone ON users (phone) WHERE phone <> '';
    CREATE INDEX users_sort ON users (sort_name, user_id);
    CREATE TABLE search_tokens (
      token text COLLATE "C" NOT NULL,
      user_id text NOT NULL REFERENCES users ON DELETE CASCADE,
      PRIMARY KEY (token, user_id)
    );
    CREATE INDEX search_tokens_user ON search_tokens (user_id);
    CREATE TABLE photos (
      user_id text PRIMARY KEY REFERENCES users ON DELETE CASCADE,
      media_type text NOT NULL,
      data bytea NOT NULL
    );
  `,
};
