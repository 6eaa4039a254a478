// a=candidate and a=remote-candidates: addresses to try (RFC 8839 §5.1, §5.2; TCP: RFC 6544 §4.5). The same text travels
// by itself where candidates trickle (RFC 8840 §4.4).
import { isIceText, isToken, parseInteger, wordsOf } from '../grammar.ts';

export interface Candidate {
  /** 1 … 32 letters, digits, `+`, `/`. */
  readonly foundation: string;
  /** 1 is RTP, 2 is RTCP. */
  readonly component: number;
  /** `udp` or `tcp`, as written: some write capitals. */
  readonly transport: string;
  /** 1 … 2³¹−1. */
  readonly priority: number;
  /** IPv4, IPv6, or a name such as `….local` (mDNS). */
  readonly address: string;
  readonly port: number;
  readonly type: 'host' | 'srflx' | 'prflx' | 'relay' | (string & {});
  readonly relatedAddress?: string;
  readonly relatedPort?: number;
  readonly tcpType?: 'active' | 'passive' | 'so' | (string & {});
  /** Pairs behind the known ones: `generation`, `ufrag`, `network-id`, … */
  readonly extensions: readonly (readonly [name: string, value: string])[];
}

const MAX_EXTENSIONS = 32;

/** With or without `candidate:` or `a=candidate:` before it, as browsers hand it out. */
export function parseCandidate(text: string): Candidate | undefined {
  const value = /^(?:a=)?candidate:/.exec(text);
  const words = wordsOf(value === null ? text : text.slice(value[0].length));
  const [foundation = '', first, transport = '', second, address = '', third, typ, type = ''] = words;
  const component = parseInteger(first, 256);
  const priority = parseInteger(second, 0x7fff_ffff);
  const port = parseInteger(third, 65_535);
  if (!isIceText(foundation, 1, 32) || !component || !isToken(transport) || priority === undefined)
    return undefined;
  if (port === undefined || typ?.toLowerCase() !== 'typ' || !isToken(type) || address.length > 255)
    return undefined;
  const more = words.slice(8);
  // A name at the end without its value says nothing.
  if (more.length > 2 * (MAX_EXTENSIONS + 3) || more.length % 2 !== 0) return undefined;
  const found: { raddr?: string; rport?: string; tcptype?: string } = {};
  const extensions: [string, string][] = [];
  for (let at = 0; at < more.length; at += 2) {
    const [name = '', its = ''] = [more[at], more[at + 1]];
    if (isKnown(name) && found[name] === undefined) found[name] = its;
    else extensions.push([name, its]);
  }
  const relatedPort = parseInteger(found.rport, 65_535);
  if (found.rport !== undefined && relatedPort === undefined) return undefined;
  return {
    foundation,
    component,
    transport,
    priority,
    address,
    port,
    type,
    ...(found.raddr === undefined ? {} : { relatedAddress: found.raddr }),
    ...(relatedPort === undefined ? {} : { relatedPort }),
    ...(found.tcptype === undefined ? {} : { tcpType: found.tcptype }),
    extensions,
  };
}

function isKnown(name: string): name is 'raddr' | 'rport' | 'tcptype' {
  return name === 'raddr' || name === 'rport' || name === 'tcptype';
}

/** The value of `a=candidate:`. */
export function serializeCandidate(candidate: Candidate): string {
  const { foundation, component, transport, priority, address, port, type } = candidate;
  const words = [foundation, component, transport, priority, address, port, 'typ', type];
  if (candidate.relatedAddress !== undefined) words.push('raddr', candidate.relatedAddress);
  if (candidate.relatedPort !== undefined) words.push('rport', candidate.relatedPort);
  if (candidate.tcpType !== undefined) words.push('tcptype', candidate.tcpType);
  return [...words, ...candidate.extensions.flat()].join(' ');
}

/** One component of `a=remote-candidates`: the pair that the controlling end chose. */
export interface RemoteCandidate {
  readonly component: number;
  readonly address: string;
  readonly port: number;
}

export function parseRemoteCandidates(value: string): RemoteCandidate[] | undefined {
  const words = wordsOf(value);
  if (words.length === 0 || words.length % 3 !== 0 || words.length > 3 * 256) return undefined;
  const candidates: RemoteCandidate[] = [];
  for (let at = 0; at < words.length; at += 3) {
    const component = parseInteger(words[at], 256);
    const port = parseInteger(words[at + 2], 65_535);
    if (!component || port === undefined) return undefined;
    candidates.push({ component, address: words[at + 1] as string, port });
  }
  return candidates;
}

export function serializeRemoteCandidates(candidates: readonly RemoteCandidate[]): string {
  return candidates.map(({ component, address, port }) => `${component} ${address} ${port}`).join(' ');
}
