import type { Migration } from '@parley/platform/store';

/**
 * What a person is found by stands in one line of their own row. Where PostgreSQL brings pg_trgm and lets us use it, an index
 * finds pieces of lines; where it does not, all lines are read: 100,000 of them take some 50 ms instead of 5.
 */
export const searchLinesMigration: Migration = {
  name: '0002-search-lines',
  sql: `
    ALTER TABLE users ADD COLUMN search_line text COLLATE "C" NOT NULL DEFAULT ' ';
    UPDATE users SET search_line = ' ' || found.line || ' '
      FROM (SELECT user_id, string_agg(token, ' ') AS line FROM search_tokens GROUP BY user_id) AS found
      WHERE users.user_id = found.user_id;
    DROP TABLE search_tokens;
    DO $$
    BEGIN
      CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public;
      CREATE INDEX users_search_line ON users USING gin (search_line public.gin_trgm_ops);
    EXCEPTION WHEN OTHERS THEN
      RAISE NOTICE 'people are searched without an index: %', SQLERRM;
    END
    $$;
  `,
};
