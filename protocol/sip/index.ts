export type { AuthenticationInfo } from './auth/authentication-info.ts';
export { parseAuthenticationInfo, serializeAuthenticationInfo } from './auth/authentication-info.ts';
export { equalInConstantTime } from './auth/constant-time.ts';
export type { DigestAlgorithm, Hash } from './auth/digest-algorithm.ts';
export { DIGEST_ALGORITHMS } from './auth/digest-algorithm.ts';
export type { DigestChallenge } from './auth/digest-challenge.ts';
export { parseChallenge, serializeChallenge } from './auth/digest-challenge.ts';
export type { DigestCredentials } from './auth/digest-credentials.ts';
export { parseCredentials, serializeCredentials } from './auth/digest-credentials.ts';
export {
  answerChallenge,
  digestResponse,
  digestSecret,
  requestDigest,
  verifyResponse,
} from './auth/digest-response.ts';
export type { KeyedHash, Nonce, NonceVerdict } from './auth/nonce.ts';
export { ageVerdict, checkNonce, makeNonce, readNonce } from './auth/nonce.ts';
export {
  MESSAGE_SUMMARY_TYPE,
  type MessageSummary,
  parseMessageSummary,
  serializeMessageSummary,
} from './body/message-summary.ts';
export type { BodyPart } from './body/multipart.ts';
export { multipartBoundary, parseMultipart, serializeMultipart } from './body/multipart.ts';
export type { Sipfrag } from './body/sipfrag.ts';
export { parseSipfrag, SIPFRAG_TYPE, serializeSipfrag } from './body/sipfrag.ts';
export type { VoiceMetrics, VoiceQualityReport } from './body/voice-quality-report.ts';
export {
  parseVoiceQualityReport,
  VOICE_QUALITY_EVENT,
  VOICE_QUALITY_TYPE,
} from './body/voice-quality-report.ts';
export type { RequestParts, ResponseParts, ResponseToParts } from './build-message.ts';
export { createRequest, createResponse, responseTo } from './build-message.ts';
export * from './dialog/index.ts';
export { FNV_START, fnvOfText, fnvStep } from './fnv.ts';
export type { Params } from './grammar.ts';
export { isToken, NO_PARAMS, quote, serializeParams, splitList } from './grammar.ts';
export type { AcceptRange } from './header/accept.ts';
export { chooseAccepted, parseAccept, serializeAccept } from './header/accept.ts';
export { parseAllow, serializeAllow } from './header/allow.ts';
export type { AnswerMode } from './header/answer-mode.ts';
export { parseAnswerMode, serializeAnswerMode } from './header/answer-mode.ts';
export type { IdentityHeader } from './header/asserted-identity.ts';
export { parseIdentities, serializeIdentities } from './header/asserted-identity.ts';
export { isCallId, parseCallId, parseInReplyTo, serializeInReplyTo } from './header/call-id.ts';
export type { ContactPreference } from './header/caller-preferences.ts';
export {
  parseContactPreferences,
  parseRequestDisposition,
  serializeContactPreferences,
  serializeRequestDisposition,
} from './header/caller-preferences.ts';
export { contactExpiresS, contactPriority, parseContact, serializeContact } from './header/contact.ts';
export type { ContentDisposition } from './header/content-disposition.ts';
export { parseContentDisposition, serializeContentDisposition } from './header/content-disposition.ts';
export type { MediaType } from './header/content-type.ts';
export { mediaTypeOf, parseContentType, serializeContentType } from './header/content-type.ts';
export type { CSeq } from './header/cseq.ts';
export { MAX_SEQUENCE, parseCSeq, serializeCSeq } from './header/cseq.ts';
export { parseDate, serializeDate } from './header/date.ts';
export type { DialogReference } from './header/dialog-reference.ts';
export { parseJoin, parseReplaces, serializeDialogReference } from './header/dialog-reference.ts';
export type { Diversion } from './header/diversion.ts';
export { parseDiversions, serializeDiversions } from './header/diversion.ts';
export { parseEtag } from './header/etag.ts';
export type { Event } from './header/event.ts';
export { parseEvent, serializeEvent } from './header/event.ts';
export { MAX_EXPIRES_S, parseExpires, serializeExpires } from './header/expires.ts';
export type { FeatureValue } from './header/feature-tags.ts';
export { featureTags, isFeatureTag, parseFeatureValue, serializeFeatureTags } from './header/feature-tags.ts';
export type { ContactGruus } from './header/gruu.ts';
export { contactGruus, gruuOf, withGruus } from './header/gruu.ts';
export type { HistoryEntry } from './header/history-info.ts';
export { parseHistoryInfo, serializeHistoryInfo } from './header/history-info.ts';
export type { InfoPackage } from './header/info-package.ts';
export {
  parseInfoPackage,
  parseRecvInfo,
  serializeInfoPackage,
  serializeRecvInfo,
} from './header/info-package.ts';
export type { InfoHeader, InfoUri } from './header/info-uri.ts';
export { parseInfoUris, serializeInfoUris } from './header/info-uri.ts';
export { INITIAL_MAX_BREADTH, parseMaxBreadth, serializeMaxBreadth } from './header/max-breadth.ts';
export { INITIAL_MAX_FORWARDS, MAX_FORWARDS, parseMaxForwards } from './header/max-forwards.ts';
export type { MimeVersion } from './header/mime-version.ts';
export { parseMimeVersion, serializeMimeVersion } from './header/mime-version.ts';
export { parseMinExpires, serializeMinExpires } from './header/min-expires.ts';
export type { NameAddr } from './header/name-addr.ts';
export { parseNameAddr, serializeNameAddr, tagOf } from './header/name-addr.ts';
export {
  contactInstance,
  contactRegId,
  isOutboundUri,
  parseFlowTimer,
  serializeFlowTimer,
} from './header/outbound.ts';
export { parsePriority } from './header/priority.ts';
export { parsePrivacy, serializePrivacy } from './header/privacy.ts';
export type { Product } from './header/product.ts';
export { parseProducts, serializeProducts } from './header/product.ts';
export type { Reason } from './header/reason.ts';
export { parseReason, parseReasons, serializeReason, serializeReasons } from './header/reason.ts';
export type { ReferredBy } from './header/refer.ts';
export { parseReferredBy, parseReferTo, serializeReferredBy, serializeReferTo } from './header/refer.ts';
export type { RAck } from './header/reliable-response.ts';
export { MAX_RSEQ, parseRAck, parseRSeq, serializeRAck, serializeRSeq } from './header/reliable-response.ts';
export type { RetryAfter } from './header/retry-after.ts';
export { parseRetryAfter, serializeRetryAfter } from './header/retry-after.ts';
export type { RouteHeader } from './header/route.ts';
export { isLooseRouter, parseRouteSet, serializeRouteSet } from './header/route.ts';
export type { SessionExpires } from './header/session-timer.ts';
export {
  LEAST_MIN_SE_S,
  parseMinSe,
  parseSessionExpires,
  serializeMinSe,
  serializeSessionExpires,
} from './header/session-timer.ts';
export type { SubscriptionState } from './header/subscription-state.ts';
export { parseSubscriptionState, serializeSubscriptionState } from './header/subscription-state.ts';
export type { Timestamp } from './header/timestamp.ts';
export { parseTimestamp, serializeTimestamp } from './header/timestamp.ts';
export { parseTokenList, serializeTokenList, unsupportedOptions } from './header/token-list.ts';
export type { Via } from './header/via.ts';
export { BRANCH_COOKIE, parseVia, serializeVia, topVia, transactionBranch } from './header/via.ts';
export type { Warning } from './header/warning.ts';
export { parseWarnings, serializeWarnings } from './header/warning.ts';
export type { WeightedValue } from './header/weighted-list.ts';
export { parseWeightedList, serializeWeightedList } from './header/weighted-list.ts';
export type { HeaderFields } from './header-fields.ts';
export { createHeaderFields } from './header-list.ts';
export { headerKey } from './header-name.ts';
export * from './locate/index.ts';
export type { SipMessage, SipParseError, SipParseResult, SipRequest, SipResponse } from './message.ts';
export { NO_BODY } from './message.ts';
export type { ParseLimits } from './parse-limits.ts';
export { DEFAULT_LIMITS } from './parse-limits.ts';
export { parseMessage } from './parser.ts';
export * from './proxy/index.ts';
export { reasonPhrase } from './reason-phrase.ts';
export { serializeHead, serializeMessage } from './serializer.ts';
export type { Framed, StreamFramer, StreamFramerOptions } from './stream-framer.ts';
export { createStreamFramer } from './stream-framer.ts';
export * from './subscription/index.ts';
export * from './transaction/index.ts';
export type { SipUri } from './uri.ts';
export { addressOfRecord, parseSipUri, schemeOf, serializeSipUri, sipUrisEqual } from './uri.ts';
export { escapeUser, unescapeUri } from './uri-escape.ts';
export * from './user-agent/index.ts';
export type { RequestFault } from './validate-message.ts';
export { validateRequest, validateResponse } from './validate-message.ts';
