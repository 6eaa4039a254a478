export type { BindingAnswer, IceRole, LocalCredentials } from './binding-responder.ts';
export { answerBindingRequest, LITE_ROLE, localCredentials, localUfragOf } from './binding-responder.ts';
export type { Hashes, Mac, RandomBytes } from './hashes.ts';
export type { TransportAddress } from './ip-address.ts';
export { ipFamily, readIpAddress, writeIpAddress } from './ip-address.ts';
export type {
  AddressFamilyNumber,
  PasswordAlgorithm,
  StunAttribute,
  StunAttributeName,
  StunErrorCode,
  StunValues,
} from './stun/attribute.ts';
export { isComprehensionRequired, STUN_ATTRIBUTES, stunAttributeName } from './stun/attribute.ts';
export { writeXorAddress } from './stun/attribute-codec.ts';
export type { StunMessage, StunParseResult } from './stun/attribute-value.ts';
export {
  attributeOf,
  hasStunAttribute,
  parseStun,
  stunAttribute,
  stunAttributes,
  unknownAttributes,
} from './stun/attribute-value.ts';
export type { StunSeal } from './stun/build.ts';
export { buildStun, buildStunError, buildStunSuccess, isStunOf, STUN_REASONS } from './stun/build.ts';
export { crc32 } from './stun/crc32.ts';
export type { LongTermCredential, SecurityFeatures, StunKey } from './stun/credential.ts';
export {
  buildNonce,
  longTermKey,
  OFFERED_ALGORITHMS,
  opaqueString,
  PASSWORD_ALGORITHM_MD5,
  PASSWORD_ALGORITHM_SHA256,
  sameAlgorithms,
  securityFeatures,
  shortTermKey,
  stunKey,
  userHash,
} from './stun/credential.ts';
export type { StunClass, StunError } from './stun/message.ts';
export {
  attributeBytes,
  checkStun,
  findAttribute,
  isStun,
  MAX_ATTRIBUTES,
  STUN_HEADER_BYTES,
  STUN_MAGIC_COOKIE,
  STUN_METHODS,
  stunClass,
  stunMessageBytes,
  stunMethod,
  stunTransactionId,
  TRANSACTION_ID_BYTES,
} from './stun/message.ts';
export type { IntegrityVerdict } from './stun/protection.ts';
export { verifyFingerprint, verifyIntegrity } from './stun/protection.ts';
export type { TurnTransport } from './turn/allocation.ts';
export { Allocation, CHANNEL_MS, PERMISSION_MS, type TurnClient, type TurnRelay } from './turn/allocation.ts';
export {
  CHANNEL_HEADER_BYTES,
  channelNumber,
  channelPayload,
  isChannelData,
  MAX_CHANNEL,
  MIN_CHANNEL,
  writeChannelData,
} from './turn/channel-data.ts';
export type { TurnClientOptions, TurnClientOutput, TurnClientState } from './turn/client.ts';
export { TurnClientSession } from './turn/client.ts';
export { NONCE_LIFETIME_MS } from './turn/nonce.ts';
export { TurnServer, type TurnServerOptions } from './turn/server.ts';
export type { TurnPassword } from './turn/server-authentication.ts';
export {
  DEFAULT_TURN_LIMITS,
  type RelayRequest,
  type TurnEndReason,
  type TurnLimits,
  type TurnPeerRule,
  type TurnServerOutput,
} from './turn/server-output.ts';
export { MAX_FRAME_BYTES, StunFramer } from './turn/stream-framer.ts';
export type { TurnCredential } from './turn/time-limited-credential.ts';
export {
  readTimeLimitedName,
  timeLimitedCredential,
  timeLimitedPassword,
} from './turn/time-limited-credential.ts';
