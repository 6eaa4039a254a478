import type { Migration } from '@parley/platform/store';

/** Who has which level of access with a person, and what the person says of themselves beside the directory. */
export const accessMigration: Migration = {
  name: '0003-access',
  sql: `
    CREATE TABLE access (
      user_id text PRIMARY KEY,
      entries jsonb NOT NULL DEFAULT '[]',
      version integer NOT NULL DEFAULT 0
    );
    CREATE TABLE cards (
      user_id text PRIMARY KEY,
      company text NOT NULL DEFAULT '',
      work_address text NOT NULL DEFAULT '',
      site text NOT NULL DEFAULT '',
      mobile text NOT NULL DEFAULT '',
      home text NOT NULL DEFAULT '',
      other text NOT NULL DEFAULT '',
      version integer NOT NULL DEFAULT 0
    );
  `,
};
