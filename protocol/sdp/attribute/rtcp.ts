// a=rtcp: where RTCP goes when not to the next port (RFC 3605 §2.1).
import type { Connection } from '../description.ts';
import { parseInteger, splitWord } from '../grammar.ts';
import { parseConnection, serializeConnection } from '../line-values.ts';

export interface RtcpAddress {
  readonly port: number;
  /** Absent where it is the address of the media. */
  readonly connection?: Connection;
}

export function parseRtcp(value: string): RtcpAddress | undefined {
  const [first, rest] = splitWord(value);
  const port = parseInteger(first, 65_535);
  if (port === undefined) return undefined;
  if (rest === '') return { port };
  const connection = parseConnection(rest);
  return connection === undefined ? undefined : { port, connection };
}

export function serializeRtcp({ port, connection }: RtcpAddress): string {
  return connection === undefined ? `${port}` : `${port} ${serializeConnection(connection)}`;
}
