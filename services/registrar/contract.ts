// registrar: which addresses of record can be reached where (RFC 3261 §10). The location service is its view.

import { command, errors, event } from '@parley/platform/contract';
import { type Static, Type } from 'typebox';
import { UserId } from '../identity/contract.ts';

export const Binding = Type.Object({
  bindingId: Type.String(),
  /** The Contact URI as registered. */
  contact: Type.String({ maxLength: 1024 }),
  /** Front end that holds the flow, and the flow's id there. */
  nodeId: Type.String(),
  flowId: Type.String(),
  transport: Type.String(),
  /** Where the REGISTER came from, `address:port`. */
  source: Type.String(),
  userAgent: Type.String(),
  deviceId: Type.String(),
  instance: Type.Optional(Type.String()),
  /** 0 … 1000 (q × 1000). */
  priority: Type.Integer(),
  registeredAt: Type.Integer(),
  expiresAt: Type.Integer(),
});
export type Binding = Static<typeof Binding>;

/** All bindings of one user after the change; empty when the last one is gone. */
export const Location = Type.Object({
  userId: UserId,
  address: Type.String(),
  version: Type.Integer(),
  bindings: Type.Array(Binding),
});
export type Location = Static<typeof Location>;

export const locationChanged = event('registrar.location.changed', Location);
export const locationSnapshot = command('registrar.snapshot', {
  request: Type.Object({ after: Type.Optional(Type.String()) }),
  reply: Type.Object({ locations: Type.Array(Location), next: Type.Optional(Type.String()) }),
});

export const registrarErrors = errors({
  REGISTRAR_TOO_BRIEF: {
    http: 400,
    sip: 423,
    sentence: 'The registration is too short.',
    remedy: 'Use the Min-Expires of the answer.',
  },
  REGISTRAR_TOO_MANY: {
    http: 409,
    sip: 403,
    sentence: 'This user has too many registered devices.',
    remedy: 'Sign out on a device that is not used.',
  },
  REGISTRAR_BAD_CONTACT: {
    http: 400,
    sip: 400,
    sentence: 'A Contact of this registration cannot be used.',
    remedy: 'Send one valid SIP URI for each Contact.',
  },
  REGISTRAR_STALE: {
    http: 409,
    sip: 500,
    sentence: 'A newer registration of this device is stored.',
    remedy: 'Register again with a higher CSeq.',
  },
});
