// What this host can carry towards browsers and phones: the capabilities that protocol/sdp negotiates with.
import {
  type Capabilities,
  type CodecCapability,
  G722,
  H264,
  OPUS,
  PCMA,
  PCMU,
  TELEPHONE_EVENT,
  TELEPHONE_EVENT_48000,
  VP8,
} from '@parley/protocol/sdp';

/** RFC 6464 §3: how loud a packet is, without looking into it. */
const LEVEL = { uri: 'urn:ietf:params:rtp-hdrext:ssrc-audio-level' };
/** When a packet was sent: the receiver estimates by it how much its network takes. */
const SEND_TIME = { uri: 'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time' };

/** What is lost is sent again as it was; the receiver's estimate of its network goes back to the sender. */
const feedback = [
  { type: 'goog-remb' },
  { type: 'ccm', parameter: 'fir' },
  { type: 'nack' },
  { type: 'nack', parameter: 'pli' },
];
const picture = ({ name, clockRate, parameters, payloadType }: CodecCapability): CodecCapability => ({
  name,
  clockRate,
  ...(parameters === undefined ? {} : { parameters }),
  ...(payloadType === undefined ? {} : { payloadType }),
  feedback,
});

const video = { codecs: [picture(VP8), picture(H264)], headerExtensions: [SEND_TIME] };

export const BROWSER: Capabilities = {
  rtp: {
    audio: {
      codecs: [OPUS, G722, PCMA, PCMU, TELEPHONE_EVENT_48000, TELEPHONE_EVENT],
      headerExtensions: [LEVEL],
    },
    video,
  },
  security: ['dtls'],
  bundle: true,
  rtcpMux: 'required',
  rtcpReducedSize: false,
  answeredCodecs: 1,
};

export const PHONE: Capabilities = {
  rtp: {
    audio: { codecs: [G722, PCMA, PCMU, OPUS, TELEPHONE_EVENT, TELEPHONE_EVENT_48000] },
    video: { codecs: video.codecs },
  },
  security: ['sdes', 'none'],
  bundle: false,
  rtcpMux: 'offered',
  rtcpReducedSize: false,
  answeredCodecs: 1,
};

/** Suites that are offered to phones, the best first. */
export const SUITES = ['AEAD_AES_256_GCM', 'AES_CM_128_HMAC_SHA1_80', 'AES_CM_128_HMAC_SHA1_32'] as const;
