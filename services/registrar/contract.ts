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
  /** `+sip.instance`, as it stands between its quotes (RFC 5626 §4.1). */
  instance: Type.Optional(Type.String()),
  /** RFC 5626 §4.2: tells the flows of one instance apart. */
  regId: Type.Optional(Type.Integer()),
  /** RFC 3327 §5.3: proxies to visit on the way to it, as Route values. */
  path: Type.Optional(Type.Array(Type.String())),
  /** Its feature tags as a Contact has them, each after a `;` (RFC 3840 §9). */
  capabilities: Type.Optional(Type.String()),
  /** What its temporary GRUUs lead to; another one with another Call-ID (RFC 5627 §5.1). */
  temporaryId: Type.Optional(Type.String()),
  /** 0 … 1000 (q × 1000). */
  priority: Type.Integer(),
  /** Since when it is there on this flow. */
  registeredAt: Type.Integer(),
  expiresAt: Type.Integer(),
  /** Call-ID and CSeq of the REGISTER that made or renewed it (RFC 3261 §10.3 step 7). */
  callId: Type.Optional(Type.String()),
  sequence: Type.Optional(Type.Integer()),
});
export type Binding = Static<typeof Binding>;

/** All bindings of one user after the change; empty when the last one is gone. */
export const Location = Type.Object({
  userId: UserId,
  address: Type.String(),
  version: Type.Integer(),
  bindings: Type.Array(Binding),
  /** Only the times of the bindings differ from the version before: nobody came, went or moved. */
  renewed: Type.Optional(Type.Literal(true)),
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
  REGISTRAR_CONTACT_IS_GRUU: {
    http: 403,
    sip: 403,
    sentence: 'A Contact of this registration is an address of this server itself.',
    remedy: 'Send the address of the device, not the GRUU that it was given.',
  },
  REGISTRAR_BAD_PATH: {
    http: 400,
    sip: 400,
    sentence: 'A Path of this registration cannot be used.',
    remedy: 'Send at most eight SIP URIs with lr, together no longer than 1,000 characters.',
  },
  REGISTRAR_NO_OUTBOUND: {
    http: 400,
    sip: 439,
    sentence: 'A proxy before this server cannot keep flows.',
    remedy: 'Register without reg-id, or over a proxy that supports the option outbound.',
  },
  REGISTRAR_STALE: {
    http: 409,
    sip: 500,
    sentence: 'A newer registration of this device is stored.',
    remedy: 'Register again with a higher CSeq.',
  },
});
