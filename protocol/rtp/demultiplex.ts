// What a datagram is, on a port that STUN, DTLS, TURN, RTP and RTCP share (RFC 7983 §7, RFC 5761 §4).

export type DatagramKind = 'stun' | 'zrtp' | 'dtls' | 'turn-channel' | 'rtp' | 'rtcp';

/**
 * Looks at two bytes and allocates nothing. RTP with a payload type of 64 … 95 and the marker is taken for RTCP: on a shared
 * port those types are not used (RFC 5761 §4).
 *
 * @returns undefined for what belongs to none of them: to be dropped.
 */
export function datagramKind(bytes: Uint8Array): DatagramKind | undefined {
  if (bytes.length < 2) return undefined;
  const first = bytes[0]!;
  if (first >= 128 && first <= 191) {
    const second = bytes[1]!;
    return second >= 192 && second <= 223 ? 'rtcp' : 'rtp';
  }
  if (first <= 3) return 'stun';
  if (first >= 20 && first <= 63) return 'dtls';
  if (first >= 64 && first <= 79) return 'turn-channel';
  if (first >= 16 && first <= 19) return 'zrtp';
  return undefined;
}
