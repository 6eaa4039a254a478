export type { G711Law } from './codec/g711.ts';
export { A_LAW_SILENCE, decodeG711, encodeG711, MU_LAW_SILENCE, transcodeG711 } from './codec/g711.ts';
export { G722Decoder, G722Encoder } from './codec/g722.ts';
export type { OpusError, OpusPacket } from './codec/opus-packet.ts';
export { OPUS_CLOCK_RATE, opusDurationTicks, parseOpusPacket } from './codec/opus-packet.ts';
export {
  buildNoiseLevel,
  COMFORT_NOISE_PAYLOAD_TYPE,
  ComfortNoise,
  readNoiseLevel,
} from './comfort-noise.ts';
export { Concealment } from './concealment.ts';
export type { DatagramKind } from './demultiplex.ts';
export { datagramKind } from './demultiplex.ts';
export type { AudioLevel } from './extension-data.ts';
export {
  buildAudioLevel,
  buildStreamName,
  EXTENSION_URIS,
  levelOf,
  readAbsoluteSendTime,
  readAudioLevel,
  readMixerAudioLevels,
  readStreamName,
  readTransportSequence,
  writeAbsoluteSendTime,
  writeTransportSequence,
} from './extension-data.ts';
export type { ExtensionElement, ExtensionsResult } from './header-extension.ts';
export {
  buildExtension,
  extensionData,
  extensionLength,
  findExtension,
  readExtensions,
} from './header-extension.ts';
export type {
  JitterBufferOptions,
  JitterCounts,
  JitterPacket,
  JitterPull,
  JitterVerdict,
} from './jitter-buffer.ts';
export { JitterBuffer } from './jitter-buffer.ts';
export type { LossFigures, VoipMetricsInput } from './loss-pattern.ts';
export { GAP_THRESHOLD, LossPattern, voipMetrics } from './loss-pattern.ts';
export { middleOfNtp, ntpOfUnix, roundTripMs, unixOfNtp } from './ntp.ts';
export type { RtpError, RtpExtension, RtpPacket, RtpParseResult } from './packet.ts';
export {
  checkRtp,
  checkRtpHeader,
  MAX_CSRCS,
  MAX_RTP_BYTES,
  parseRtp,
  RTP_HEADER_BYTES,
  rtpCsrc,
  rtpCsrcCount,
  rtpExtensionAt,
  rtpHeaderBytes,
  rtpMarker,
  rtpPacketBytes,
  rtpPaddingBytes,
  rtpPayload,
  rtpPayloadBytes,
  rtpPayloadType,
  rtpSequence,
  rtpSsrc,
  rtpTimestamp,
  serializeRtp,
  setRtpMarker,
  setRtpPayloadType,
  setRtpSequence,
  setRtpSsrc,
  setRtpTimestamp,
  writeRtp,
} from './packet.ts';
export type { StaticPayloadType } from './payload-type.ts';
export { isDynamicPayloadType, STATIC_PAYLOAD_TYPES, staticPayloadType } from './payload-type.ts';
export type { CodecImpairment, Quality, QualityInput } from './quality.ts';
export { CODEC_IMPAIRMENTS, callQuality, MOST_R, mosOfR, UNCONCEALED } from './quality.ts';
export type { ReceiveCounts, SequenceVerdict } from './receive-statistics.ts';
export { ReceiveStatistics } from './receive-statistics.ts';
export type { RedundantBlock, RedundantResult } from './redundancy.ts';
export { MAX_REDUNDANT, parseRedundant, serializeRedundant } from './redundancy.ts';
export type { RtcpError, RtcpParseOptions, RtcpParseResult } from './rtcp/compound.ts';
export {
  canonicalName,
  MAX_RTCP_PACKETS,
  parseRtcp,
  rtcpPacketBytes,
  rtcpSsrc,
  rtcpType,
  serializeRtcp,
} from './rtcp/compound.ts';
export type {
  DelaySinceReference,
  ExtendedBlock,
  ExtendedReport,
  OtherBlock,
  ReceiverReferenceTime,
  StatisticsSummary,
  VoipMetrics,
} from './rtcp/extended-report.ts';
export type {
  FeedbackPacket,
  FullIntraRequest,
  Nack,
  OtherFeedback,
  PictureLoss,
  RateEntry,
  RateEstimate,
  RateLimit,
} from './rtcp/feedback.ts';
export type {
  ApplicationPacket,
  Goodbye,
  NtpTime,
  ReceiverReport,
  ReportBlock,
  RtcpKind,
  RtcpPacket,
  SenderReport,
  SourceDescription,
  UnknownRtcp,
} from './rtcp/packet.ts';
export {
  RTCP_APPLICATION,
  RTCP_EXTENDED_REPORT,
  RTCP_GOODBYE,
  RTCP_PAYLOAD_FEEDBACK,
  RTCP_RECEIVER_REPORT,
  RTCP_SENDER_REPORT,
  RTCP_SOURCE_DESCRIPTION,
  RTCP_TRANSPORT_FEEDBACK,
  SDES_ITEMS,
} from './rtcp/packet.ts';
export type {
  TransportArrival,
  TransportFeedback,
  TransportPacketArrival,
} from './rtcp/transport-feedback.ts';
export { DELTA_TICK_US, REFERENCE_TICK_MS, transportFeedbackOf } from './rtcp/transport-feedback.ts';
export type { RtcpIntervalInput } from './rtcp-interval.ts';
export { rtcpIntervalMs } from './rtcp-interval.ts';
export { SendStatistics } from './send-statistics.ts';
export { extendSequence, extendTimestamp, sequenceDistance, timestampDistance } from './sequence.ts';
export type { Cipher, CounterMode, GaloisMode } from './srtp/cipher.ts';
export type { SrtpContextOptions, SrtpFault, SrtpPosition } from './srtp/context.ts';
export { SrtpContext } from './srtp/context.ts';
export type { SessionKeys } from './srtp/key-derivation.ts';
export { deriveKey, sessionKeys } from './srtp/key-derivation.ts';
export type { SrtpMasterKey, SrtpProfile } from './srtp/profile.ts';
export {
  DTLS_SRTP_LABEL,
  dtlsKeyBytes,
  SRTP_PROFILES,
  srtpKeyOfSdes,
  srtpKeysOfDtls,
  srtpProfile,
  srtpProfileOfDtls,
} from './srtp/profile.ts';
export { REPLAY_WINDOW, ReplayWindow } from './srtp/replay-window.ts';
export type { TelephoneEvent } from './telephone-event.ts';
export {
  characterOfEvent,
  eventOfCharacter,
  parseTelephoneEvent,
  serializeTelephoneEvent,
  TELEPHONE_EVENT_BYTES,
} from './telephone-event.ts';
export type { TelephoneEventNews } from './telephone-event-receiver.ts';
export { TelephoneEventReceiver } from './telephone-event-receiver.ts';
export type { TelephoneEventPacket, TelephoneEventSenderOptions } from './telephone-event-sender.ts';
export { MAX_WAITING_EVENTS, TelephoneEventSender } from './telephone-event-sender.ts';
