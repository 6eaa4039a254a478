// a=msid: which MediaStream and track of a browser a media description is (RFC 8830 §2).
import { isToken, wordsOf } from '../grammar.ts';

export interface Msid {
  /** `-` is no stream (RFC 9429 §5.2.1). */
  readonly stream: string;
  readonly track?: string;
}

export function parseMsid(value: string): Msid | undefined {
  const [stream, track, ...more] = wordsOf(value);
  if (stream === undefined || !isToken(stream) || more.length > 0) return undefined;
  if (track === undefined) return { stream };
  return isToken(track) ? { stream, track } : undefined;
}

export function serializeMsid({ stream, track }: Msid): string {
  return track === undefined ? stream : `${stream} ${track}`;
}
