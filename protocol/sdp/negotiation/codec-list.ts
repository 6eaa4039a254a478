// Codecs by name, as capabilities write them. A list of capabilities is any choice of these and of one's own.
import type { CodecCapability } from './capabilities.ts';

export const OPUS: CodecCapability = {
  name: 'opus',
  clockRate: 48_000,
  channels: 2,
  // RFC 7587 §6.1: forward error correction is wanted; 111 is what browsers call it.
  parameters: 'minptime=10;useinbandfec=1',
  payloadType: 111,
};
export const G722: CodecCapability = { name: 'G722', clockRate: 8_000 };
export const PCMU: CodecCapability = { name: 'PCMU', clockRate: 8_000 };
export const PCMA: CodecCapability = { name: 'PCMA', clockRate: 8_000 };
export const COMFORT_NOISE: CodecCapability = { name: 'CN', clockRate: 8_000 };
/** For G.711 and G.722: digits, `*`, `#`, A to D and flash. */
export const TELEPHONE_EVENT: CodecCapability = {
  name: 'telephone-event',
  clockRate: 8_000,
  parameters: '0-16',
  payloadType: 101,
};
/** For Opus. */
export const TELEPHONE_EVENT_48000: CodecCapability = {
  name: 'telephone-event',
  clockRate: 48_000,
  parameters: '0-16',
  payloadType: 110,
};

const videoFeedback = [
  { type: 'transport-cc' },
  { type: 'ccm', parameter: 'fir' },
  { type: 'nack' },
  { type: 'nack', parameter: 'pli' },
];

export const VP8: CodecCapability = {
  name: 'VP8',
  clockRate: 90_000,
  payloadType: 96,
  feedback: videoFeedback,
  retransmission: true,
};
export const VP9: CodecCapability = {
  name: 'VP9',
  clockRate: 90_000,
  parameters: 'profile-id=0',
  payloadType: 98,
  feedback: videoFeedback,
  retransmission: true,
};
/** Constrained Baseline, level 3.1, NAL units that may be fragmented: what every browser and most video phones have. */
export const H264: CodecCapability = {
  name: 'H264',
  clockRate: 90_000,
  parameters: 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f',
  payloadType: 102,
  feedback: videoFeedback,
  retransmission: true,
};
/** As `H264`, for phones without packetization. */
export const H264_SINGLE: CodecCapability = {
  ...H264,
  parameters: 'level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42e01f',
  payloadType: 108,
};
