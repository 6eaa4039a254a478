// How long to wait until the next report (RFC 3550 §6.2, §6.3.1, §A.7): many members share a twentieth of the bandwidth.

export interface RtcpIntervalInput {
  /** Of the whole session, in both directions. */
  readonly sessionBitsPerSecond: number;
  /** How many take part, we among them. */
  readonly members: number;
  /** How many of them have sent since the last but one report. */
  readonly senders: number;
  readonly isSender: boolean;
  /** Of the compound packets, with UDP and IP, on average. */
  readonly averageBytes: number;
  /** Before the first report: half of the least interval. */
  readonly isFirst: boolean;
  /** Default 5,000 (RFC 3550 §6.2); with feedback it may be less (RFC 4585 §3.5.2). */
  readonly leastMs?: number;
  /** 0 … 1: spreads what members send. */
  readonly random: number;
}

/** e − 3/2: timer reconsideration makes intervals shorter than they are meant (RFC 3550 §6.3.1). */
const COMPENSATION = Math.E - 1.5;

/** @returns milliseconds until the next report: between half and one and a half times the calculated interval. */
export function rtcpIntervalMs(input: RtcpIntervalInput): number {
  const { members, senders, isSender } = input;
  const share = 0.05 * input.sessionBitsPerSecond;
  let count = members;
  let bitsPerSecond = share;
  // A quarter of it is for senders while they are few.
  if (senders > 0 && senders <= members * 0.25) {
    bitsPerSecond = share * (isSender ? 0.25 : 0.75);
    count = isSender ? senders : members - senders;
  }
  const leastMs = (input.leastMs ?? 5_000) * (input.isFirst ? 0.5 : 1);
  const calculatedMs = bitsPerSecond <= 0 ? leastMs : (input.averageBytes * 8 * count * 1000) / bitsPerSecond;
  return (Math.max(leastMs, calculatedMs) * (0.5 + input.random)) / COMPENSATION;
}
