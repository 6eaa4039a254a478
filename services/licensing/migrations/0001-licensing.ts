import type { Migration } from '@parley/platform/store';

export const licensingMigration: Migration = {
  name: '0001-licensing',
  sql: `
    -- The audit, and by its fold the state (rule M6). Text, not jsonb: the hash is over what was written.
    CREATE TABLE ledger (
      seq bigint PRIMARY KEY,
      at bigint NOT NULL,
      actor text NOT NULL,
      operation text NOT NULL,
      before text NOT NULL,
      after text NOT NULL,
      rules text NOT NULL,
      prev_hash text NOT NULL,
      hash text NOT NULL
    );
    CREATE TABLE anchors (
      seq bigint PRIMARY KEY,
      hash text NOT NULL,
      at bigint NOT NULL,
      kid text NOT NULL,
      sig text NOT NULL
    );
    CREATE TABLE anchor_keys (
      kid text PRIMARY KEY,
      public_key text NOT NULL,
      private_key text NOT NULL
    );

    -- What every process decides by; written by whoever changes it, announced with it.
    CREATE TABLE rights (
      kind text NOT NULL,
      id text NOT NULL,
      features integer NOT NULL,
      tolerated integer NOT NULL,
      common_area boolean NOT NULL,
      version integer NOT NULL,
      PRIMARY KEY (kind, id)
    );
    CREATE TABLE policy (
      one boolean PRIMARY KEY DEFAULT true CHECK (one),
      mode text NOT NULL,
      room_standard integer NOT NULL,
      room_enterprise integer NOT NULL,
      contact text NOT NULL,
      version integer NOT NULL
    );

    -- Evidence (rule M2): one row for each pair and level; '' is nobody or no device.
    CREATE TABLE edges (
      user_id text NOT NULL,
      device_id text NOT NULL,
      level text NOT NULL,
      first_day text NOT NULL,
      last_day text NOT NULL,
      count bigint NOT NULL,
      touched bigint NOT NULL,
      PRIMARY KEY (user_id, device_id, level)
    );
    CREATE INDEX edges_touched ON edges (touched);
    CREATE INDEX edges_last_day ON edges (last_day);
    CREATE TABLE evidence_state (
      one boolean PRIMARY KEY DEFAULT true CHECK (one),
      touched bigint NOT NULL,
      cleared_on text NOT NULL
    );
    INSERT INTO evidence_state (touched, cleared_on) VALUES (0, '');
    CREATE TABLE batches (batch_id text PRIMARY KEY, at bigint NOT NULL);
    CREATE INDEX batches_at ON batches (at);
    CREATE TABLE device_names (device_id text PRIMARY KEY, name text NOT NULL, last_day text NOT NULL);

    CREATE TABLE positions (
      day text NOT NULL,
      sku text NOT NULL,
      owned integer NOT NULL,
      assigned integer NOT NULL,
      needed integer NOT NULL,
      PRIMARY KEY (day, sku)
    );

    CREATE TABLE optimisations (
      optimisation_id text PRIMARY KEY,
      started_at bigint NOT NULL,
      seen_at bigint NOT NULL,
      state text NOT NULL,
      progress double precision NOT NULL,
      options text NOT NULL,
      result text,
      fault text
    );
    CREATE TABLE moves (
      optimisation_id text NOT NULL REFERENCES optimisations ON DELETE CASCADE,
      position integer NOT NULL,
      move text NOT NULL,
      PRIMARY KEY (optimisation_id, position)
    );

    CREATE TABLE answers (
      actor text NOT NULL,
      key text NOT NULL,
      operation text NOT NULL,
      request_hash text NOT NULL,
      reply text NOT NULL,
      at bigint NOT NULL,
      PRIMARY KEY (actor, key)
    );
    CREATE INDEX answers_at ON answers (at);

    CREATE TABLE webhook_secrets (webhook_id text PRIMARY KEY, secret text NOT NULL);
    CREATE TABLE calls (
      call_id text PRIMARY KEY,
      webhook_id text NOT NULL,
      url text NOT NULL,
      body text NOT NULL,
      due_at bigint NOT NULL,
      tries integer NOT NULL,
      last_result text NOT NULL
    );
    CREATE INDEX calls_due ON calls (due_at);
    -- What was told already: one call for each happening.
    CREATE TABLE happenings (happening text PRIMARY KEY, day text NOT NULL);
  `,
};
