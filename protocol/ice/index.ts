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
