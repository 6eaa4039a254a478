import type { Migration } from '@parley/platform/store';

/**
 * The bindings of a user are read and written together with every REGISTER: one row holds them all. No index on what a
 * refresh changes, and room on each page, so that a refresh stays on its page.
 */
export const locationsMigration: Migration = {
  name: '0002-locations',
  sql: `
    ALTER TABLE locations ADD COLUMN bindings jsonb NOT NULL DEFAULT '[]';
    UPDATE locations SET bindings = held.bindings FROM (
      SELECT user_id, jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
        'bindingId', binding_id, 'contact', contact, 'nodeId', node_id, 'flowId', flow_id, 'transport', transport,
        'source', source, 'userAgent', user_agent, 'deviceId', device_id, 'instance', instance, 'regId', reg_id,
        'priority', priority, 'registeredAt', registered_at, 'expiresAt', expires_at, 'callId', call_id,
        'sequence', sequence
      )) ORDER BY registered_at, binding_id) AS bindings
      FROM bindings GROUP BY user_id
    ) AS held WHERE held.user_id = locations.user_id;
    DROP TABLE bindings;
    ALTER TABLE locations SET (fillfactor = 50);
  `,
};
