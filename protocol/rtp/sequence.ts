// Numbers that wrap around: sequence numbers of 16 bits and RTP timestamps of 32 (RFC 3550 §5.1), compared by the shorter
// way round the circle, as RFC 1982 §3.2 does it for serial numbers.

/** How far `to` is after `from`: −32,768 … 32,767. */
export function sequenceDistance(from: number, to: number): number {
  return ((to - from) << 16) >> 16;
}

/** How many ticks `to` is after `from`: −2³¹ … 2³¹−1. */
export function timestampDistance(from: number, to: number): number {
  return (to - from) | 0;
}

/**
 * The sequence number with the count of its wraps: the one nearest to `reference`, an extended number itself. It can be
 * negative where a packet is older than the first that was seen.
 */
export function extendSequence(reference: number, sequence: number): number {
  return reference + sequenceDistance(reference & 0xffff, sequence);
}

/** The timestamp with the count of its wraps: the one nearest to `reference`, an extended timestamp itself. */
export function extendTimestamp(reference: number, timestamp: number): number {
  return reference + timestampDistance(reference % 2 ** 32, timestamp);
}
