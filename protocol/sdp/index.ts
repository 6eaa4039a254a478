export type { Candidate, RemoteCandidate } from './attribute/candidate.ts';
export {
  parseCandidate,
  parseRemoteCandidates,
  serializeCandidate,
  serializeRemoteCandidates,
} from './attribute/candidate.ts';
export type { Crypto, CryptoKey } from './attribute/crypto.ts';
export { cryptoKeyBytes, parseCrypto, SRTP_SUITES, serializeCrypto } from './attribute/crypto.ts';
export type { Direction } from './attribute/direction.ts';
export {
  answeredDirection,
  DIRECTIONS,
  directionOf,
  heldDirection,
  isDirection,
  mayExchange,
  narrowed,
  receives,
  reversed,
  sends,
} from './attribute/direction.ts';
export type { Extmap } from './attribute/extmap.ts';
export {
  isProposedExtensionId,
  isUsableExtensionId,
  parseExtmap,
  serializeExtmap,
} from './attribute/extmap.ts';
export type { Fingerprint } from './attribute/fingerprint.ts';
export { parseFingerprint, serializeFingerprint } from './attribute/fingerprint.ts';
export type { Fmtp } from './attribute/fmtp.ts';
export {
  formatParameters,
  parseFmtp,
  parseRedundancy,
  parseTelephoneEvents,
  serializeFmtp,
  serializeFormatParameters,
  serializeTelephoneEvents,
} from './attribute/fmtp.ts';
export type { Group } from './attribute/group.ts';
export { parseGroup, parseMid, serializeGroup } from './attribute/group.ts';
export { isIcePassword, isIceUfrag, parseIceOptions, parseIcePacing } from './attribute/ice-parameters.ts';
export type { Msid } from './attribute/msid.ts';
export { parseMsid, serializeMsid } from './attribute/msid.ts';
export { parsePacketTime, serializePacketTime } from './attribute/packet-time.ts';
export type { Rid } from './attribute/rid.ts';
export { isRid, parseRid, serializeRid } from './attribute/rid.ts';
export type { RtcpAddress } from './attribute/rtcp.ts';
export { parseRtcp, serializeRtcp } from './attribute/rtcp.ts';
export type { RtcpFeedback } from './attribute/rtcp-feedback.ts';
export { parseRtcpFeedback, serializeRtcpFeedback } from './attribute/rtcp-feedback.ts';
export type { Rtpmap } from './attribute/rtpmap.ts';
export { parseRtpmap, STATIC_PAYLOAD_TYPES, serializeRtpmap } from './attribute/rtpmap.ts';
export type { SctpParameters } from './attribute/sctp.ts';
export {
  DEFAULT_MAX_MESSAGE_BYTES,
  parseMaxMessageSize,
  parseSctpmap,
  parseSctpPort,
} from './attribute/sctp.ts';
export type { DtlsRole, Setup } from './attribute/setup.ts';
export { answeredSetup, dtlsRole, parseSetup } from './attribute/setup.ts';
export type { Simulcast, SimulcastRid, SimulcastStreams } from './attribute/simulcast.ts';
export { parseSimulcast, reversedSimulcast, serializeSimulcast } from './attribute/simulcast.ts';
export type { SourceAttribute, SourceGroup } from './attribute/ssrc.ts';
export { parseSsrc, parseSsrcGroup, serializeSsrc, serializeSsrcGroup } from './attribute/ssrc.ts';
export type {
  Attribute,
  Bandwidth,
  Connection,
  HasAttributes,
  MediaDescription,
  Origin,
  RepeatTime,
  SessionDescription,
  TimeDescription,
  TimeZoneAdjustment,
} from './description.ts';
export {
  attributeValue,
  attributeValues,
  connectionTo,
  hasAttribute,
  withAttribute,
  withoutAttributes,
} from './description.ts';
export type { SdpLimits } from './limits.ts';
export { DEFAULT_SDP_LIMITS } from './limits.ts';
export type {
  AgreedCodec,
  AgreedMedia,
  AgreedTransport,
  AgreementResult,
} from './negotiation/agreement.ts';
export { agree } from './negotiation/agreement.ts';
export type { AnswerResult, OfferRefusal, Rejection } from './negotiation/answer.ts';
export { answer } from './negotiation/answer.ts';
export type { Bundle } from './negotiation/bundle.ts';
export { bundlesOf, isBundleOnly, midOf, transportIndex } from './negotiation/bundle.ts';
export type {
  Capabilities,
  CodecCapability,
  Exchange,
  ExtensionCapability,
  Intent,
  LocalDtls,
  LocalIce,
  LocalOrigin,
  LocalTransport,
  MediaIntent,
  MediaSecurity,
  RtpCapabilities,
} from './negotiation/capabilities.ts';
export type { MediaChange, SessionChange } from './negotiation/change.ts';
export { changesOf, isIceRestart } from './negotiation/change.ts';
export { chooseCodecs } from './negotiation/choose-codecs.ts';
export type { Codec, Fault, Feedback } from './negotiation/codec.ts';
export {
  codecsMatch,
  codecsOf,
  isAuxiliary,
  isTelephoneEvent,
  repairedPayloadType,
  telephoneEventFor,
} from './negotiation/codec.ts';
export * from './negotiation/codec-list.ts';
export { offer } from './negotiation/offer.ts';
export type { AgreedSecurity } from './negotiation/security.ts';
export type { IceView, MediaView, SessionView, TransportView } from './negotiation/session-view.ts';
export {
  effectiveDirection,
  hasIceMismatch,
  isHeld,
  isHeldByAddress,
  readSession,
} from './negotiation/session-view.ts';
export { isSameSession, nextVersion, withVersion } from './negotiation/write-session.ts';
export type { SdpNote, SdpParseResult } from './parser.ts';
export { parseSdp } from './parser.ts';
export { sdpText, serializeSdp } from './serializer.ts';
