import type { Migration } from '@parley/platform/store';

/**
 * The books of calls outlive what a person removes from their history, and know under which Call-IDs phones spoke: what a
 * phone reports is found by it.
 */
export const recordsMigration: Migration = {
  name: '0003-records',
  sql: `
    ALTER TABLE call_sides ADD COLUMN is_forgotten boolean NOT NULL DEFAULT false;
    ALTER TABLE call_sides ADD COLUMN call_ids text[] NOT NULL DEFAULT '{}';
    CREATE INDEX call_sides_record ON call_sides (record_id);
    CREATE INDEX call_sides_call_ids ON call_sides USING gin (call_ids) WHERE call_ids <> '{}';
  `,
};
