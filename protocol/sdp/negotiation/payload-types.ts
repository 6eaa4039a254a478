// The payload types of an offer (RFC 3264 §5.1, §8.3.2): a number that once meant a codec in this session goes on meaning it,
// and media that may share a transport share the numbers (RFC 9143 §9.1).
import { STATIC_PAYLOAD_TYPES } from '../attribute/rtpmap.ts';
import type { CodecCapability, Exchange } from './capabilities.ts';
import { type Codec, codecClock, codecName, codecsMatch, codecsOf, repairedPayloadType } from './codec.ts';

/** Gives numbers to the codecs of one offer. */
export interface PayloadTypes {
  /** The codecs of one media description; retransmissions behind the codec that they repeat. */
  number(capabilities: readonly CodecCapability[]): Codec[];
}

/**
 * Numbers in the order: what the codec had before; its static type; what it wishes for; the first free one from 96, then from
 * 35 to 63. 64 to 95 would be taken for RTCP (RFC 5761 §4).
 * @throws RangeError where more codecs are offered than there are numbers.
 */
export function payloadTypesFor(previous: Exchange | undefined): PayloadTypes {
  const used = new Map<number, Codec>();
  for (const description of previous === undefined ? [] : [previous.local, previous.remote]) {
    for (const media of description.media)
      for (const codec of codecsOf(media).codecs)
        if (!used.has(codec.payloadType)) used.set(codec.payloadType, codec);
  }

  const take = (codec: Omit<Codec, 'payloadType'>, wish: number | undefined): Codec => {
    const known = [...used.values()].find((each) => isSame(each, codec));
    const payloadType = known?.payloadType ?? fixedType(codec) ?? free(wish);
    const taken = { ...codec, payloadType };
    if (!used.has(payloadType)) used.set(payloadType, taken);
    return taken;
  };

  const free = (wish: number | undefined): number => {
    for (const type of wish === undefined ? DYNAMIC : [wish, ...DYNAMIC]) if (!used.has(type)) return type;
    throw new RangeError('There are more codecs than payload types.');
  };

  return {
    number(capabilities) {
      const codecs: Codec[] = [];
      for (const { name, clockRate, channels = 1, parameters = '', feedback = [], ...more } of capabilities) {
        const codec = take({ name, clockRate, channels, parameters, feedback }, more.payloadType);
        codecs.push(codec);
        if (more.retransmission !== true) continue;
        const repair = {
          name: 'rtx',
          clockRate,
          channels: 1,
          parameters: `apt=${codec.payloadType}`,
          feedback: [],
        };
        codecs.push(take(repair, more.payloadType === undefined ? undefined : more.payloadType + 1));
      }
      return codecs;
    },
  };
}

const DYNAMIC: readonly number[] = [
  ...Array.from({ length: 32 }, (_, at) => 96 + at),
  ...Array.from({ length: 29 }, (_, at) => 35 + at),
];

function isSame(one: Codec, other: Omit<Codec, 'payloadType'>): boolean {
  const repaired = repairedPayloadType(one);
  if (repaired !== undefined) return repaired === repairedPayloadType({ ...other, payloadType: 0 });
  // Redundancy of other codecs is another format.
  return codecsMatch(one, other) && (codecName(one) !== 'red' || one.parameters === other.parameters);
}

/** The type that needs no rtpmap, for codecs that have one. */
function fixedType(codec: Omit<Codec, 'payloadType'>): number | undefined {
  for (const [type, map] of STATIC_PAYLOAD_TYPES) {
    const isIt =
      codecName(map) === codecName(codec) &&
      map.clockRate === codecClock(codec) &&
      (map.channels ?? 1) === codec.channels;
    if (isIt) return type;
  }
  return undefined;
}
