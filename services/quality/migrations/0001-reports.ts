import type { Migration } from '@parley/platform/store';

/** One row for each minute of what one end measured; `points` as packed.ts has them, sixty at most. */
export const reportsMigration: Migration = {
  name: '0001-reports',
  sql: `
    CREATE TABLE reports (
      record_id text NOT NULL,
      side_id text NOT NULL,
      user_id text NOT NULL,
      reporter text NOT NULL,
      minute integer NOT NULL,
      points jsonb NOT NULL,
      path jsonb,
      device text,
      PRIMARY KEY (record_id, side_id, reporter, minute)
    );
    CREATE INDEX reports_minute ON reports (minute);
    CREATE TABLE summaries (
      record_id text PRIMARY KEY,
      worst_mos real,
      most_lost real,
      minute integer NOT NULL
    );
    CREATE INDEX summaries_minute ON summaries (minute);
    CREATE TABLE ratings (
      record_id text NOT NULL,
      user_id text NOT NULL,
      stars smallint NOT NULL,
      words text,
      at bigint NOT NULL,
      PRIMARY KEY (record_id, user_id)
    );
    CREATE INDEX ratings_at ON ratings (at);
  `,
};
