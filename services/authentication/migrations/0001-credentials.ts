import type { Migration } from '@parley/platform/store';

export const credentialsMigration: Migration = {
  name: '0001-credentials',
  sql: `
    CREATE TABLE passwords (
      user_id text PRIMARY KEY,
      hash text NOT NULL,
      failures integer NOT NULL DEFAULT 0,
      locked_until bigint NOT NULL DEFAULT 0,
      changed_at bigint NOT NULL
    );
    CREATE TABLE sign_ins (
      sign_in_id text PRIMARY KEY,
      user_id text NOT NULL,
      token_hash text NOT NULL UNIQUE,
      source text NOT NULL,
      user_agent text NOT NULL,
      created_at bigint NOT NULL,
      last_seen_at bigint NOT NULL,
      expires_at bigint NOT NULL
    );
    CREATE INDEX sign_ins_user ON sign_ins (user_id);
    CREATE TABLE devices (
      device_id text PRIMARY KEY,
      user_id text NOT NULL,
      name text NOT NULL,
      address text NOT NULL,
      local_md5 text NOT NULL,
      local_sha256 text NOT NULL,
      full_md5 text NOT NULL,
      full_sha256 text NOT NULL,
      created_at bigint NOT NULL,
      expires_at bigint,
      last_used_at bigint
    );
    CREATE INDEX devices_user ON devices (user_id);
    CREATE INDEX devices_address ON devices (address);
    CREATE TABLE keys (
      name text PRIMARY KEY,
      value text NOT NULL
    );
  `,
};
