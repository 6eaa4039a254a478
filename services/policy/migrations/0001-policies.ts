import type { Migration } from '@parley/platform/store';

export const policiesMigration: Migration = {
  name: '0001-policies',
  sql: `
    CREATE TABLE policies (
      scope_key text PRIMARY KEY,
      scope jsonb NOT NULL,
      settings jsonb NOT NULL,
      version integer NOT NULL
    );
    CREATE TABLE changes (
      change_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      changed_at bigint NOT NULL,
      changed_by text NOT NULL,
      scope jsonb NOT NULL,
      setting text NOT NULL,
      before jsonb,
      after jsonb
    );
  `,
};
