// a=simulcast: the same picture in several streams at once, each a rid or alternatives of rids (RFC 8853 §5.1).
import { wordsOf } from '../grammar.ts';
import { isRid } from './rid.ts';

export interface SimulcastRid {
  readonly rid: string;
  /** `~`: not sent for now. */
  readonly isPaused: boolean;
}

/** Streams in their order, each with its alternatives, the best first. */
export type SimulcastStreams = readonly (readonly SimulcastRid[])[];

export interface Simulcast {
  readonly send?: SimulcastStreams;
  readonly recv?: SimulcastStreams;
}

const MAX_STREAMS = 64;

export function parseSimulcast(value: string): Simulcast | undefined {
  const words = wordsOf(value);
  if (words.length !== 2 && words.length !== 4) return undefined;
  const found: { send?: SimulcastStreams; recv?: SimulcastStreams } = {};
  for (let at = 0; at < words.length; at += 2) {
    const direction = words[at];
    if ((direction !== 'send' && direction !== 'recv') || found[direction] !== undefined) return undefined;
    const streams = parseStreams(words[at + 1] as string);
    if (streams === undefined) return undefined;
    found[direction] = streams;
  }
  return found;
}

function parseStreams(text: string): SimulcastStreams | undefined {
  const streams: SimulcastRid[][] = [];
  // COMPAT(browsers of 2018): `rid=` before the list is skipped until they are gone.
  const list = text.startsWith('rid=') ? text.slice(4) : text;
  for (const stream of list.split(';', MAX_STREAMS + 1)) {
    const alternatives: SimulcastRid[] = [];
    for (const part of stream.split(',', MAX_STREAMS + 1)) {
      const isPaused = part.startsWith('~');
      const rid = isPaused ? part.slice(1) : part;
      if (!isRid(rid) || alternatives.length === MAX_STREAMS) return undefined;
      alternatives.push({ rid, isPaused });
    }
    if (streams.push(alternatives) > MAX_STREAMS) return undefined;
  }
  return streams;
}

export function serializeSimulcast({ send, recv }: Simulcast): string {
  const parts: string[] = [];
  if (send !== undefined) parts.push(`send ${serializeStreams(send)}`);
  if (recv !== undefined) parts.push(`recv ${serializeStreams(recv)}`);
  return parts.join(' ');
}

function serializeStreams(streams: SimulcastStreams): string {
  const one = ({ rid, isPaused }: SimulcastRid) => (isPaused ? `~${rid}` : rid);
  return streams.map((alternatives) => alternatives.map(one).join(',')).join(';');
}

/** The other end's view: what one sends the other receives (RFC 8853 §5.3). */
export function reversedSimulcast({ send, recv }: Simulcast): Simulcast {
  return { ...(recv === undefined ? {} : { send: recv }), ...(send === undefined ? {} : { recv: send }) };
}
