import type { Migration } from '@parley/platform/store';

/** `kept` is what another front end needs to go on with a side when this one is gone. */
export const recoveryMigration: Migration = {
  name: '0002-recovery',
  sql: `
    ALTER TABLE call_sides ADD COLUMN kept jsonb;
    CREATE INDEX calls_node ON calls (node_id) WHERE ended_at IS NULL;
  `,
};
