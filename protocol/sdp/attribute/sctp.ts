// a=sctp-port and a=max-message-size: data channels (RFC 8841 §5, §6), and a=sctpmap as the drafts had it.
import { parseInteger, splitWord } from '../grammar.ts';

export interface SctpParameters {
  readonly port: number;
  /** Bytes; 0 is any size. Absent is 64 KiB (RFC 8841 §6.1). */
  readonly maxMessageBytes?: number;
}

export const DEFAULT_MAX_MESSAGE_BYTES = 65_536;

export function parseSctpPort(value: string): number | undefined {
  return parseInteger(value.trim(), 65_535) || undefined;
}

export function parseMaxMessageSize(value: string): number | undefined {
  return parseInteger(value.trim(), Number.MAX_SAFE_INTEGER);
}

/** `5000 webrtc-datachannel 1024`: the port. */
export function parseSctpmap(value: string): number | undefined {
  return parseSctpPort(splitWord(value)[0]);
}
