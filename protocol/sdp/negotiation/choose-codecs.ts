// Which codecs of an offer are answered, in which order and with which numbers (RFC 3264 §6.1).
import {
  formatParameters,
  parseRedundancy,
  parseTelephoneEvents,
  serializeFormatParameters,
  serializeTelephoneEvents,
} from '../attribute/fmtp.ts';
import type { Capabilities, CodecCapability } from './capabilities.ts';
import {
  type Codec,
  codecClock,
  codecName,
  codecsMatch,
  type Feedback,
  isAuxiliary,
  isTelephoneEvent,
  repairedPayloadType,
  telephoneEventFor,
} from './codec.ts';

/**
 * The codecs of the answer, with the numbers of the offer (RFC 3264 §6.1: the same mapping SHOULD be used; RFC 9429 §5.3.1
 * has no other), parameters of ours, and the feedback that both have. Empty where nothing is common that carries media.
 */
export function chooseCodecs(
  offered: readonly Codec[],
  own: readonly CodecCapability[],
  { codecOrder = 'offer', answeredCodecs = 128 }: Pick<Capabilities, 'codecOrder' | 'answeredCodecs'> = {},
): Codec[] {
  const media: { readonly codec: Codec; readonly ours: CodecCapability; readonly rank: number }[] = [];
  for (const codec of offered) {
    if (isAuxiliary(codec)) continue;
    const rank = own.findIndex((each) => codecsMatch(each, codec));
    const ours = own[rank];
    if (ours !== undefined) media.push({ codec, ours, rank });
  }
  if (codecOrder === 'own') media.sort((a, b) => a.rank - b.rank);
  const chosen = media.slice(0, answeredCodecs);
  if (chosen.length === 0) return [];
  const answered = chosen.map(({ codec, ours }) => answeredCodec(codec, ours));
  return [...answered, ...auxiliaries(offered, own, answered)];
}

/** Events, noise, redundancy and retransmission that go with what was chosen, in the order of the offer. */
function auxiliaries(
  offered: readonly Codec[],
  own: readonly CodecCapability[],
  chosen: readonly Codec[],
): Codec[] {
  const payloadTypes = new Set(chosen.map(({ payloadType }) => payloadType));
  const rates = new Set(chosen.map(codecClock));
  const known = offered.filter((codec) => isTelephoneEvent(codec) && canHave(own, codec));
  const events = new Set(chosen.map((codec) => telephoneEventFor(codec, known)));
  const found: Codec[] = [];
  for (const codec of offered) {
    if (!isAuxiliary(codec)) continue;
    const repaired = repairedPayloadType(codec);
    if (repaired !== undefined) {
      const main = chosen.find(({ payloadType }) => payloadType === repaired);
      if (main !== undefined && own.some((each) => each.retransmission && codecsMatch(each, main)))
        found.push({ ...codec, feedback: [] });
      continue;
    }
    const ours = own.find((each) => codecsMatch(each, codec));
    if (ours === undefined) continue;
    if (isTelephoneEvent(codec)) {
      if (events.has(codec)) found.push(answeredCodec(codec, ours));
    } else if (codecName(codec) === 'red') {
      const carried = parseRedundancy(codec.parameters) ?? [];
      // Video writes none, and carries anything.
      if (codec.parameters === '' || carried.every((type) => payloadTypes.has(type)))
        found.push({ ...codec, feedback: [] });
    } else if (rates.has(codecClock(codec))) found.push(answeredCodec(codec, ours));
  }
  return found;
}

function canHave(own: readonly CodecCapability[], codec: Codec): boolean {
  return own.some((each) => codecsMatch(each, codec));
}

function answeredCodec(offered: Codec, ours: CodecCapability): Codec {
  return {
    ...offered,
    parameters: answeredParameters(offered, ours),
    feedback: commonFeedback(offered.feedback, ours.feedback ?? []),
  };
}

/** RFC 4585 §4.2: an answer has no feedback that the offer has not. */
export function commonFeedback(offered: readonly Feedback[], ours: readonly Feedback[]): Feedback[] {
  return offered.filter(
    (one, at) =>
      ours.some((other) => isSameFeedback(one, other)) &&
      offered.findIndex((other) => isSameFeedback(one, other)) === at,
  );
}

function isSameFeedback(one: Feedback, other: Feedback): boolean {
  return one.type === other.type && one.parameter === other.parameter;
}

/** What we want to receive; where the format is symmetric or the less of both counts, with regard to the offer. */
function answeredParameters(offered: Codec, ours: CodecCapability): string {
  const own = ours.parameters ?? '';
  if (isTelephoneEvent(offered)) return commonEvents(offered.parameters, own);
  const theirs = formatParameters(offered.parameters);
  const mine = new Map(formatParameters(own));
  switch (codecName(offered)) {
    case 'g729':
      // RFC 4856 §2.1.9: Annex B is used where nobody says no.
      return theirs.get('annexb')?.toLowerCase() === 'no' || mine.get('annexb')?.toLowerCase() === 'no'
        ? 'annexb=no'
        : own;
    case 'ilbc': {
      // RFC 3952 §5: 30 ms where either says so, which is the default.
      const mode = theirs.get('mode') === '20' && mine.get('mode') === '20' ? '20' : '30';
      return serializeFormatParameters(mine.set('mode', mode));
    }
    case 'h264':
      return h264Parameters(theirs, mine);
    default:
      return own;
  }
}

/** RFC 6184 §8.2.2: profile and packetization as offered; the lower level, but where both let levels differ. */
function h264Parameters(theirs: ReadonlyMap<string, string>, mine: Map<string, string>): string {
  const offered = theirs.get('profile-level-id') ?? '42000a';
  const own = mine.get('profile-level-id') ?? offered;
  const mayDiffer = [theirs, mine].every((each) => each.get('level-asymmetry-allowed') === '1');
  const levels = [offered.slice(4), own.slice(4)].map((level) => Number.parseInt(level, 16) || 0x0a);
  const level = mayDiffer ? (levels[1] as number) : Math.min(...levels);
  mine.set('profile-level-id', `${offered.slice(0, 4)}${level.toString(16).padStart(2, '0')}`);
  const mode = theirs.get('packetization-mode');
  if (mode !== undefined) mine.set('packetization-mode', mode);
  return serializeFormatParameters(mine);
}

/** RFC 4733 §2.4.1: each end names the events that it takes; digits 0 to 15 where nothing can be read. */
function commonEvents(theirs: string, own: string): string {
  const mine = new Set(parseTelephoneEvents(own) ?? parseTelephoneEvents(''));
  const common = (parseTelephoneEvents(theirs) ?? []).filter((event) => mine.has(event));
  return serializeTelephoneEvents(common.length > 0 ? common : [...mine]);
}
