// a=rtcp-fb: which feedback the writer takes for a payload type (RFC 4585 §4.2, RFC 5104 §7.1).
import { parseInteger, wordsOf } from '../grammar.ts';

export interface RtcpFeedback {
  /** `*` is every payload type of the media. */
  readonly payloadType: number | '*';
  /** `nack`, `ccm`, `ack`, `trr-int`, `transport-cc`, `goog-remb`, … */
  readonly type: string;
  /** `pli` of `nack pli`, `fir` of `ccm fir`; `smaxpr=120` of `ccm tmmbr smaxpr=120` with what stands before it. */
  readonly parameter?: string;
}

export function parseRtcpFeedback(value: string): RtcpFeedback | undefined {
  const [first, type, ...parameters] = wordsOf(value);
  const payloadType = first === '*' ? first : parseInteger(first, 127);
  if (payloadType === undefined || type === undefined) return undefined;
  return parameters.length === 0
    ? { payloadType, type }
    : { payloadType, type, parameter: parameters.join(' ') };
}

export function serializeRtcpFeedback({ payloadType, type, parameter }: RtcpFeedback): string {
  return `${payloadType} ${type}${parameter === undefined ? '' : ` ${parameter}`}`;
}
