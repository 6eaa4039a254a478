// provisioning: the administration API. Its own words only; people, sign-ins and devices are those of their services.
import { errors } from '@parley/platform/contract';
import { type Static, Type } from 'typebox';

export const PartHealth = Type.Object({
  name: Type.String(),
  ok: Type.Boolean(),
  sentence: Type.String(),
  /** How long the part took to answer. */
  answerMs: Type.Integer(),
});
export type PartHealth = Static<typeof PartHealth>;

export const HealthReport = Type.Object({
  /** True when every part is. */
  ok: Type.Boolean(),
  version: Type.String(),
  nodeId: Type.String(),
  /** Unix milliseconds. */
  startedAt: Type.Integer(),
  checkedAt: Type.Integer(),
  domain: Type.String(),
  hostName: Type.String(),
  memoryBytes: Type.Integer(),
  users: Type.Integer(),
  signIns: Type.Integer(),
  parts: Type.Array(PartHealth),
});
export type HealthReport = Static<typeof HealthReport>;

export const provisioningErrors = errors({
  PROVISIONING_NOT_ADMINISTRATOR: {
    http: 403,
    sentence: 'Only administrators may do this.',
    remedy: 'Ask an administrator, or sign in as one.',
  },
  PROVISIONING_OWN_ACCOUNT: {
    http: 409,
    sentence: 'You cannot take the administration away from yourself.',
    remedy: 'Let another administrator do it.',
  },
});
