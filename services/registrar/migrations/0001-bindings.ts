import type { Migration } from '@parley/platform/store';

export const bindingsMigration: Migration = {
  name: '0001-bindings',
  sql: `
    CREATE TABLE locations (
      user_id text PRIMARY KEY,
      address text NOT NULL,
      version integer NOT NULL DEFAULT 0
    );
    CREATE TABLE bindings (
      binding_id text PRIMARY KEY,
      user_id text NOT NULL REFERENCES locations ON DELETE CASCADE,
      contact text NOT NULL,
      node_id text NOT NULL,
      flow_id text NOT NULL,
      transport text NOT NULL,
      source text NOT NULL,
      user_agent text NOT NULL,
      device_id text NOT NULL,
      instance text,
      reg_id integer,
      priority integer NOT NULL,
      registered_at bigint NOT NULL,
      expires_at bigint NOT NULL,
      call_id text NOT NULL,
      sequence bigint NOT NULL
    );
    CREATE INDEX bindings_user ON bindings (user_id);
    CREATE INDEX bindings_expiry ON bindings (expires_at);
    CREATE INDEX bindings_flow ON bindings (node_id, flow_id);
  `,
};
