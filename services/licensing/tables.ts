// The tables of licensing, as migrations/ makes them. Read by store.ts, and by service.ts for the type of its store.
/** bigint: `pg` gives a number, or text where it is told nothing. */
export type Big = number | string;

export interface LicensingTables {
  ledger: {
    seq: Big;
    at: Big;
    actor: string;
    operation: string;
    before: string;
    after: string;
    rules: string;
    prev_hash: string;
    hash: string;
  };
  anchors: { seq: Big; hash: string; at: Big; kid: string; sig: string };
  anchor_keys: { kid: string; public_key: string; private_key: string };
  rights: {
    kind: string;
    id: string;
    features: number;
    tolerated: number;
    common_area: boolean;
    version: number;
  };
  policy: {
    one: boolean;
    mode: string;
    room_standard: number;
    room_enterprise: number;
    contact: string;
    version: number;
  };
  edges: {
    user_id: string;
    device_id: string;
    level: string;
    first_day: string;
    last_day: string;
    count: Big;
    touched: Big;
  };
  evidence_state: { one: boolean; touched: Big; cleared_on: string };
  batches: { batch_id: string; at: Big };
  device_names: { device_id: string; name: string; last_day: string };
  positions: { day: string; sku: string; owned: number; assigned: number; needed: number };
  optimisations: {
    optimisation_id: string;
    started_at: Big;
    seen_at: Big;
    state: string;
    progress: number;
    options: string;
    result: string | null;
    fault: string | null;
  };
  moves: { optimisation_id: string; position: number; move: string };
  answers: {
    actor: string;
    key: string;
    operation: string;
    request_hash: string;
    reply: string;
    at: Big;
  };
  webhook_secrets: { webhook_id: string; secret: string };
  calls: {
    call_id: string;
    webhook_id: string;
    url: string;
    body: string;
    due_at: Big;
    tries: number;
    last_result: string;
  };
  happenings: { happening: string; day: string };
}
