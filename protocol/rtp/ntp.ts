// Times of NTP as RTCP writes them (RFC 3550 §4), and the round trip that reports measure (RFC 3550 §6.4.1).
import type { NtpTime } from './rtcp/packet.ts';

/** From 1900 to 1970. */
const UNIX_EPOCH_S = 2_208_988_800;

/** @param unixMs milliseconds since 1970; fractions count. */
export function ntpOfUnix(unixMs: number): NtpTime {
  const wholeS = Math.floor(unixMs / 1000);
  const fraction = Math.floor(((unixMs - wholeS * 1000) / 1000) * 2 ** 32);
  return { seconds: (wholeS + UNIX_EPOCH_S) % 2 ** 32, fraction };
}

/** Milliseconds since 1970, for times up to the year 2036. */
export function unixOfNtp({ seconds, fraction }: NtpTime): number {
  return (seconds - UNIX_EPOCH_S) * 1000 + (fraction * 1000) / 2 ** 32;
}

/** The middle 32 bits: 2⁻¹⁶ s, modulo 18 hours. */
export function middleOfNtp({ seconds, fraction }: NtpTime): number {
  return ((seconds << 16) | (fraction >>> 16)) >>> 0;
}

/**
 * @param now the middle of the NTP time at which the report came.
 * @returns undefined where the peer has not had a report, and where its numbers cannot be: a round trip below 0 is a
 * millisecond or less of clocks that run apart, or a lie.
 */
export function roundTripMs(
  now: number,
  report: { readonly lastSenderReport: number; readonly delaySinceLast: number },
): number | undefined {
  if (report.lastSenderReport === 0) return undefined;
  const ticks = (now - report.lastSenderReport - report.delaySinceLast) | 0;
  const ms = (ticks * 1000) / 2 ** 16;
  if (ms < 0) return ms > -10 ? 0 : undefined;
  return ms;
}
