// proxy: carries SIP requests to where they belong (RFC 3261 §16). Other services hang stations on it.

import { command, errors } from '@parley/platform/contract';
import { Type } from 'typebox';

/** Sends a non-INVITE request on a flow that the called node holds, and returns the final answer. */
export const sendOnFlow = command('proxy.sendOnFlow', {
  request: Type.Object({
    flowId: Type.String(),
    method: Type.String(),
    uri: Type.String(),
    headers: Type.Array(Type.Tuple([Type.String(), Type.String()])),
    /** base64 */
    body: Type.String({ maxLength: 1_000_000 }),
  }),
  reply: Type.Object({
    status: Type.Integer(),
    reason: Type.String(),
    headers: Type.Optional(Type.Array(Type.Tuple([Type.String(), Type.String()]))),
    /** base64 */
    body: Type.Optional(Type.String()),
  }),
});

/** One SIP message from one front end to another. */
export const hop = command('proxy.hop', {
  request: Type.Object({
    /** The node that sends. */
    from: Type.String({ maxLength: 100 }),
    /** base64 */
    message: Type.String({ maxLength: 1_000_000 }),
  }),
  reply: Type.Object({}),
});

export const proxyErrors = errors({
  PROXY_FLOW_GONE: {
    http: 410,
    sip: 430,
    sentence: 'The connection to this device is gone.',
    remedy: 'The device has to register again.',
  },
  PROXY_BAD_REQUEST: {
    http: 400,
    sip: 400,
    sentence: 'This request cannot be written as SIP.',
    remedy: 'Send another method than INVITE, ACK and CANCEL, with a SIP URI and header fields of one line.',
  },
  PROXY_TIMEOUT: {
    http: 504,
    sip: 408,
    sentence: 'The device did not answer.',
    remedy: 'Check that it is on and connected.',
  },
});
