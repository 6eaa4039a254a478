// edge: the relay for calls of browsers and phones that reach nobody directly (TURN, RFC 8656 §1).

import { command, errors } from '@parley/platform/contract';
import { type Static, Type } from 'typebox';
import { UserId } from '../identity/contract.ts';

/** One entry of the `iceServers` of a browser, with credentials that end by themselves. */
export const IceServer = Type.Object({
  /** `turn:uc.example.com:3478?transport=udp`, `turns:…`: of one server, the best way first. */
  urls: Type.Array(Type.String({ maxLength: 300 }), { minItems: 1, maxItems: 3 }),
  username: Type.String({ maxLength: 100 }),
  credential: Type.String({ maxLength: 100 }),
  /** Unix milliseconds. No relay can be begun with it afterwards; what was begun lives on. */
  expiresAtMs: Type.Integer(),
});
export type IceServer = Static<typeof IceServer>;

/** A browser is offered so many at most: it asks all of them. */
export const MAX_ICE_SERVERS = 4;

/** What a person's browser tells its calls. Empty where no relay runs. */
export const iceServers = command('edge.iceServers', {
  request: Type.Object({ userId: UserId }),
  reply: Type.Object({ servers: Type.Array(IceServer, { maxItems: MAX_ICE_SERVERS }) }),
});

export const edgeErrors = errors({
  EDGE_NOT_READY: {
    http: 503,
    sentence: 'The relay for calls is still starting.',
    remedy: 'Try again in a few seconds.',
  },
});
