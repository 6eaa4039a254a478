import type { Migration } from '@parley/platform/store';

/** What follows from registrations is in no row any more: rows hold what people and their endpoints have said. */
export const saidMigration: Migration = {
  name: '0002-said',
  sql: `
    DELETE FROM publications WHERE source = 'registration';
    UPDATE publications SET source = 'registered' WHERE source IN ('publish', 'absent');
    ALTER TABLE people
      DROP COLUMN state, DROP COLUMN reason, DROP COLUMN devices, DROP COLUMN location_version;
    ALTER TABLE people RENAME COLUMN since TO changed_at;
  `,
};
