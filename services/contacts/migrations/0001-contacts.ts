import type { Migration } from '@parley/platform/store';

/**
 * Contacts were rows of presence, each in one group by name: the table comes over as it is, and groups become things of
 * their own. `books` is the row that changes of one list are queued by.
 */
export const contactsMigration: Migration = {
  name: '0001-contacts',
  sql: `
    ALTER TABLE IF EXISTS presence.contacts SET SCHEMA contacts;
    CREATE TABLE IF NOT EXISTS contacts.contacts (
      user_id text NOT NULL,
      contact_id text NOT NULL,
      group_name text NOT NULL,
      favourite boolean NOT NULL,
      added_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (user_id, contact_id)
    );
    ALTER TABLE contacts.contacts RENAME TO people;
    ALTER TABLE people
      ADD COLUMN group_ids text[] NOT NULL DEFAULT '{}',
      ADD COLUMN note text NOT NULL DEFAULT '',
      ADD COLUMN note_version integer NOT NULL DEFAULT 0,
      ADD COLUMN waiting text,
      ADD COLUMN was_free boolean NOT NULL DEFAULT false,
      ADD COLUMN told_at bigint NOT NULL DEFAULT 0,
      ADD COLUMN name text;
    CREATE INDEX people_waiting ON people (user_id, contact_id) WHERE waiting IS NOT NULL;
    CREATE TABLE books (
      user_id text PRIMARY KEY,
      version integer NOT NULL DEFAULT 0,
      asks_when_added boolean NOT NULL DEFAULT true
    );
    CREATE TABLE groups (
      user_id text NOT NULL,
      group_id text NOT NULL,
      name text NOT NULL,
      place integer NOT NULL,
      PRIMARY KEY (user_id, group_id)
    );
    INSERT INTO groups (user_id, group_id, name, place)
      SELECT user_id, md5(group_name), group_name, row_number() OVER (PARTITION BY user_id ORDER BY group_name) - 1
      FROM (SELECT DISTINCT user_id, group_name FROM people WHERE group_name <> '') AS named;
    UPDATE people SET group_ids = ARRAY[md5(group_name)] WHERE group_name <> '';
    ALTER TABLE people DROP COLUMN group_name;
    CREATE TABLE added (
      user_id text NOT NULL,
      adder_id text NOT NULL,
      at bigint NOT NULL,
      is_answered boolean NOT NULL DEFAULT false,
      PRIMARY KEY (user_id, adder_id)
    );
    CREATE INDEX added_open ON added (user_id, at) WHERE NOT is_answered;
    CREATE TABLE undos (
      user_id text NOT NULL,
      undo_id text NOT NULL,
      at bigint NOT NULL,
      is_import boolean NOT NULL,
      inverse jsonb NOT NULL,
      PRIMARY KEY (user_id, undo_id)
    );
  `,
};
