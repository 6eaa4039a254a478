import type { Migration } from '@parley/platform/store';

/** Choices that end, what machines say, settings, calendars, and when each person's state changes by time alone. */
export const statesMigration: Migration = {
  name: '0004-states',
  sql: `
    ALTER TABLE people
      ALTER COLUMN manual TYPE jsonb USING CASE
        WHEN manual IS NULL OR manual = 'offline' THEN NULL
        ELSE jsonb_build_object('state', manual, 'setAt', changed_at) END,
      ADD COLUMN note_version integer NOT NULL DEFAULT 0,
      ADD COLUMN location text NOT NULL DEFAULT '',
      ADD COLUMN inactive_after_min integer NOT NULL DEFAULT 5,
      ADD COLUMN away_after_min integer NOT NULL DEFAULT 15,
      ADD COLUMN working_hours jsonb,
      ADD COLUMN settings_version integer NOT NULL DEFAULT 0,
      ADD COLUMN has_calendar boolean NOT NULL DEFAULT false,
      ADD COLUMN last_active bigint NOT NULL DEFAULT 0,
      ADD COLUMN due_at bigint;
    CREATE INDEX people_due ON people (due_at) WHERE due_at IS NOT NULL;
    ALTER TABLE publications
      ADD COLUMN activity text,
      ADD COLUMN machine text,
      ADD COLUMN input_at bigint,
      ADD COLUMN since bigint NOT NULL DEFAULT 0;
    UPDATE publications p SET since = (SELECT changed_at FROM people WHERE user_id = p.user_id);
    CREATE TABLE calendars (
      user_id text PRIMARY KEY REFERENCES people ON DELETE CASCADE,
      url text NOT NULL,
      etag text NOT NULL DEFAULT '',
      read_at bigint NOT NULL DEFAULT 0,
      blocks_at bigint NOT NULL DEFAULT 0,
      asked_at bigint NOT NULL DEFAULT 0,
      next_at bigint NOT NULL DEFAULT 0,
      failures integer NOT NULL DEFAULT 0,
      problem text NOT NULL DEFAULT '',
      blocks jsonb NOT NULL DEFAULT '[]'
    );
    CREATE INDEX calendars_next ON calendars (next_at) WHERE url <> '';
  `,
};
