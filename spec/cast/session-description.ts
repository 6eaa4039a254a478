// Session descriptions of the actors: one audio stream, its direction, and the answer to another's (RFC 3264 §6.1, §8.4).

export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

export interface Description {
  readonly address?: string;
  readonly port: number;
  readonly direction?: Direction;
  readonly version?: number;
}

export const SDP_TYPE = ['Content-Type', 'application/sdp'] as const;

export function describe({ address = '127.0.0.1', port, direction, version = 1 }: Description): Uint8Array {
  const lines = [
    'v=0',
    `o=- 4711 ${version} IN IP4 ${address}`,
    's=-',
    `c=IN IP4 ${address}`,
    't=0 0',
    `m=audio ${port} RTP/AVP 0`,
    'a=rtpmap:0 PCMU/8000',
    ...(direction === undefined ? [] : [`a=${direction}`]),
  ];
  return new TextEncoder().encode(`${lines.join('\r\n')}\r\n`);
}

/** What a description says; sendrecv where it says nothing (RFC 4566 §6). undefined where there is none. */
export function directionOf(body: Uint8Array): Direction | undefined {
  const text = new TextDecoder().decode(body);
  if (!text.startsWith('v=')) return undefined;
  return (
    (/^a=(sendrecv|sendonly|recvonly|inactive)\r$/m.exec(text)?.[1] as Direction | undefined) ?? 'sendrecv'
  );
}

export function portOf(body: Uint8Array): number | undefined {
  const port = /^m=audio (\d+) /m.exec(new TextDecoder().decode(body))?.[1];
  return port === undefined ? undefined : Number(port);
}

/** RFC 3264 §6.1: who is only sent to, only receives. */
export function answerTo(offer: Direction | undefined, own: Direction = 'sendrecv'): Direction {
  const sends = offer !== 'sendonly' && offer !== 'inactive' && own !== 'recvonly' && own !== 'inactive';
  const receives = offer !== 'recvonly' && offer !== 'inactive' && own !== 'sendonly' && own !== 'inactive';
  return sends ? (receives ? 'sendrecv' : 'sendonly') : receives ? 'recvonly' : 'inactive';
}
