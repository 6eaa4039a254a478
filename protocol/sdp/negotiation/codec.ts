// Codecs of a media description: rtpmap, fmtp and rtcp-fb of each payload type together, static types too (RFC 8866 §6.6,
// RFC 3551 §6). Used by the offer/answer model.
import { formatParameters, parseFmtp } from '../attribute/fmtp.ts';
import { parseRtcpFeedback } from '../attribute/rtcp-feedback.ts';
import { parseRtpmap, type Rtpmap, STATIC_PAYLOAD_TYPES } from '../attribute/rtpmap.ts';
import type { MediaDescription } from '../description.ts';
import { parseInteger } from '../grammar.ts';

/** One payload type of one description. */
export interface Codec {
  /** 0 … 127. */
  readonly payloadType: number;
  /** As written; compared without regard to case. */
  readonly name: string;
  /** Ticks of the RTP timestamp a second. */
  readonly clockRate: number;
  /** 1 where none are written. */
  readonly channels: number;
  /** What stands in fmtp, as it was written; '' for none. */
  readonly parameters: string;
  readonly feedback: readonly Feedback[];
}

/** `nack`, or `nack pli`. */
export interface Feedback {
  readonly type: string;
  readonly parameter?: string;
}

/** Something in a description that cannot be meant: the attribute as written, and what is wrong. */
export interface Fault {
  readonly attribute: string;
  readonly reason: string;
}

/** What cannot be the only codec of a stream: events, noise, redundancy, retransmission. */
const AUXILIARY = new Set([
  'telephone-event',
  'tone',
  'cn',
  'red',
  'ulpfec',
  'parityfec',
  'flexfec-03',
  'rtx',
]);

export function isAuxiliary({ name }: { readonly name: string }): boolean {
  return AUXILIARY.has(name.toLowerCase());
}

/**
 * In the order of the `m=` line, which is that of preference. Payload types without a known codec, and static ones that
 * are said to be something else, are left out and told in `faults`.
 */
export function codecsOf(media: MediaDescription): { readonly codecs: Codec[]; readonly faults: Fault[] } {
  const faults: Fault[] = [];
  const maps = new Map<number, Rtpmap>();
  const parameters = new Map<string, string>();
  const feedback = new Map<number | '*', Feedback[]>();
  for (const { name, value = '' } of media.attributes) {
    if (name === 'rtpmap') {
      const map = parseRtpmap(value);
      if (map === undefined) faults.push({ attribute: `rtpmap:${value}`, reason: 'cannot be read' });
      else if (!maps.has(map.payloadType)) maps.set(map.payloadType, map);
    } else if (name === 'fmtp') {
      const fmtp = parseFmtp(value);
      if (fmtp !== undefined && !parameters.has(fmtp.format)) parameters.set(fmtp.format, fmtp.parameters);
    } else if (name === 'rtcp-fb') {
      const read = parseRtcpFeedback(value);
      if (read === undefined) faults.push({ attribute: `rtcp-fb:${value}`, reason: 'cannot be read' });
      else {
        const { payloadType, ...one } = read;
        const those = feedback.get(payloadType) ?? [];
        if (those.length < MAX_FEEDBACK) feedback.set(payloadType, [...those, one]);
      }
    }
  }
  const codecs: Codec[] = [];
  const seen = new Set<number>();
  for (const format of media.formats) {
    const payloadType = parseInteger(format, 127);
    if (payloadType === undefined) {
      faults.push({ attribute: format, reason: 'is no payload type' });
      continue;
    }
    const fixed = STATIC_PAYLOAD_TYPES.get(payloadType);
    const said = maps.get(payloadType);
    const map = said ?? fixed;
    if (map === undefined) faults.push({ attribute: format, reason: 'has no rtpmap' });
    else if (said !== undefined && fixed !== undefined && !isSaidToBe(said, fixed))
      faults.push({ attribute: `rtpmap:${format} ${said.name}`, reason: `is always ${fixed.name}` });
    else if (!seen.has(payloadType)) {
      seen.add(payloadType);
      codecs.push({
        payloadType,
        name: map.name,
        clockRate: map.clockRate,
        channels: map.channels ?? 1,
        parameters: parameters.get(format) ?? '',
        feedback: [...(feedback.get('*') ?? []), ...(feedback.get(payloadType) ?? [])],
      });
    }
  }
  return { codecs, faults };
}

const MAX_FEEDBACK = 64;

/** A static payload type keeps its meaning whatever the rtpmap says: nobody could know which one the sender follows. */
function isSaidToBe(said: Rtpmap, fixed: Rtpmap): boolean {
  return codecName(said) === codecName(fixed) && codecClock(said) === codecClock(fixed);
}

/** One spelling for the names that differ among phones. */
export function codecName({ name }: { readonly name: string }): string {
  const lower = name.toLowerCase();
  if (lower === 'g729a' || lower === 'g729b' || lower === 'g729ab') return 'g729';
  return lower === 'g7231' || lower === 'g723.1' ? 'g723' : lower;
}

/** COMPAT(phones that write G722/16000): taken for 8,000 (RFC 3551 §4.5.2) until they are gone. */
export function codecClock({
  name,
  clockRate,
}: {
  readonly name: string;
  readonly clockRate: number;
}): number {
  return name.toLowerCase() === 'g722' ? 8_000 : clockRate;
}

interface Form {
  readonly name: string;
  readonly clockRate: number;
  readonly channels?: number;
  readonly parameters?: string;
}

/**
 * Whether two ends mean the same codec: name, clock rate, channels, and the parameters that make another format of it.
 * Parameters that each end merely declares do not count.
 */
export function codecsMatch(one: Form, other: Form): boolean {
  const name = codecName(one);
  if (name !== codecName(other) || codecClock(one) !== codecClock(other)) return false;
  // RFC 7587 §7: always written opus/48000/2, and some leave the 2 out.
  if (name !== 'opus' && (one.channels ?? 1) !== (other.channels ?? 1)) return false;
  const rule = FORMAT_RULES[name];
  if (rule === undefined) return true;
  return rule(formatParameters(one.parameters ?? ''), formatParameters(other.parameters ?? ''));
}

type Parameters = ReadonlyMap<string, string>;

const same =
  (name: string, byDefault: string) =>
  (one: Parameters, other: Parameters): boolean =>
    (one.get(name) ?? byDefault).toLowerCase() === (other.get(name) ?? byDefault).toLowerCase();

const FORMAT_RULES: Readonly<Record<string, (one: Parameters, other: Parameters) => boolean>> = {
  // RFC 6184 §8.2.2: packetization-mode and the profile are symmetric, the level is not part of it.
  h264: (one, other) =>
    same('packetization-mode', '0')(one, other) && h264Profile(one) === h264Profile(other),
  h265: same('profile-id', '1'),
  vp9: same('profile-id', '0'),
  av1: same('profile', '0'),
  amr: same('octet-align', '0'),
  'amr-wb': same('octet-align', '0'),
  g7221: same('bitrate', ''),
};

const CONSTRAINED_BASELINE = 'constrained-baseline';

/** RFC 6184 §8.1, table 5: one profile has several spellings. Absent is Baseline, level 1. */
function h264Profile(parameters: Parameters): string {
  const text = (parameters.get('profile-level-id') ?? '42000a').toLowerCase();
  if (!/^[0-9a-f]{6}$/.test(text)) return text;
  const profile = text.slice(0, 2);
  const constraints = Number.parseInt(text.slice(2, 4), 16);
  if (profile === '42') return (constraints & 0x40) !== 0 ? CONSTRAINED_BASELINE : 'baseline';
  if (profile === '4d') return (constraints & 0x80) !== 0 ? CONSTRAINED_BASELINE : 'main';
  if (profile === '58') {
    if ((constraints & 0xc0) === 0xc0) return CONSTRAINED_BASELINE;
    return (constraints & 0x80) !== 0 ? 'baseline' : 'extended';
  }
  if (profile === '64') return (constraints & 0x0c) === 0x0c ? 'constrained-high' : 'high';
  return text.slice(0, 4);
}

/** The payload type that a retransmission repeats (RFC 4588 §8.1). */
export function repairedPayloadType(codec: Codec): number | undefined {
  return codec.name.toLowerCase() === 'rtx'
    ? parseInteger(formatParameters(codec.parameters).get('apt'), 127)
    : undefined;
}

export function isTelephoneEvent({ name }: { readonly name: string }): boolean {
  return name.toLowerCase() === 'telephone-event';
}

/**
 * The events that go with a codec: those of its clock rate (RFC 4733 §2.2.1), as they share the stream's timestamps.
 * COMPAT(phones that offer opus with telephone-event/8000 alone): these are used until they offer 48000.
 */
export function telephoneEventFor(codec: Codec, codecs: readonly Codec[]): Codec | undefined {
  const events = codecs.filter(isTelephoneEvent);
  return events.find(({ clockRate }) => clockRate === codecClock(codec)) ?? events.find(isNarrow);
}

function isNarrow({ clockRate }: Codec): boolean {
  return clockRate === 8_000;
}
