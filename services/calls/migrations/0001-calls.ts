import type { Migration } from '@parley/platform/store';

/** `side` is what its person sees; the columns beside it are what is asked for. `node_id` is the front end that holds the call. */
export const callsMigration: Migration = {
  name: '0001-calls',
  sql: `
    CREATE TABLE calls (
      record_id text PRIMARY KEY,
      node_id text NOT NULL,
      started_at bigint NOT NULL,
      answered_at bigint,
      ended_at bigint,
      steps jsonb NOT NULL DEFAULT '[]'
    );
    CREATE INDEX calls_started ON calls (started_at);
    CREATE TABLE call_sides (
      side_id text PRIMARY KEY,
      record_id text NOT NULL,
      user_id text NOT NULL,
      node_id text NOT NULL,
      client_id text,
      started_at bigint NOT NULL,
      ended_at bigint,
      is_out boolean NOT NULL,
      is_missed boolean NOT NULL DEFAULT false,
      is_seen boolean NOT NULL DEFAULT false,
      side jsonb NOT NULL
    );
    CREATE UNIQUE INDEX call_sides_client ON call_sides (user_id, client_id) WHERE client_id IS NOT NULL;
    CREATE INDEX call_sides_history ON call_sides (user_id, started_at DESC);
    CREATE INDEX call_sides_running ON call_sides (user_id) WHERE ended_at IS NULL;
    CREATE INDEX call_sides_node ON call_sides (node_id) WHERE ended_at IS NULL;
    CREATE INDEX call_sides_missed ON call_sides (user_id) WHERE is_missed AND NOT is_seen;
    CREATE INDEX call_sides_started ON call_sides (started_at);
  `,
};
