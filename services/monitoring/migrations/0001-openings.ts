import type { Migration } from '@parley/platform/store';

export const openingsMigration: Migration = {
  name: '0001-openings',
  sql: `
    -- Who opened the full text of SIP messages, and of which.
    CREATE TABLE openings (
      opening_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      at bigint NOT NULL,
      actor text NOT NULL,
      actor_name text NOT NULL,
      purpose text NOT NULL,
      call_id text NOT NULL,
      messages integer NOT NULL
    );
    CREATE INDEX openings_by_time ON openings (at);
  `,
};
