import type { Migration } from '@parley/platform/store';

export const rulesMigration: Migration = {
  name: '0001-rules',
  sql: `
    CREATE TABLE rules (
      user_id text PRIMARY KEY,
      rules jsonb NOT NULL,
      version integer NOT NULL
    );
  `,
};
