// Makes an offer (RFC 3264 §5, RFC 9429 §5.2), the first one or a later one. Called by who starts or changes a session.
import type { Extmap } from '../attribute/extmap.ts';
import type { MediaDescription, SessionDescription } from '../description.ts';
import { agree } from './agreement.ts';
import { bundlesOf, isBundleOnly, midOf } from './bundle.ts';
import type {
  Capabilities,
  ExtensionCapability,
  Intent,
  MediaIntent,
  MediaSecurity,
} from './capabilities.ts';
import type { Codec } from './codec.ts';
import { payloadTypesFor } from './payload-types.ts';
import { type MediaParts, writeMedia, writeRejected } from './write-media.ts';
import { writeSession } from './write-session.ts';

/**
 * An offer of what `intent` wants, with all that `capabilities` has for it. With `intent.previous` it changes the session:
 * each media description keeps its place, its mid and its payload types; where the intent has none it is ended by port 0,
 * and a place that both ends have given up may be taken by media of another kind (RFC 3264 §8.1, §8.2). The version
 * counts on only when something has changed.
 * @throws TypeError for what may not be asked: another kind in a place that lives, media without codecs.
 */
export function offer(capabilities: Capabilities, intent: Intent): SessionDescription {
  const { previous } = intent;
  const length = Math.max(intent.media.length, previous?.local.media.length ?? 0);
  const payloadTypes = payloadTypesFor(previous);
  const extensionIds = new Map<string, number>(previous === undefined ? [] : knownExtensions(previous.local));
  const agreed = previous === undefined ? undefined : agree(previous);
  const kept = (index: number): Kept | undefined => {
    const media = agreed?.ok ? agreed.media[index] : undefined;
    const protocol = previous?.local.media[index]?.protocol;
    if (media === undefined || media.isRejected || protocol === undefined) return undefined;
    return { protocol, security: media.transport.security.kind };
  };
  const places = Array.from({ length }, (_, index) => place(intent, index));
  const bundled = bundledPlaces(capabilities, intent, places);
  const media = places.map(({ wanted, mid, last }, index): MediaDescription => {
    if (wanted === undefined) {
      if (last === undefined) throw new TypeError(`The offer has nothing in place ${index}.`);
      return writeRejected(last.kind, last.protocol, last.formats, mid);
    }
    const isRtp = isRtpKind(capabilities, wanted);
    const rtp = capabilities.rtp[wanted.kind];
    const codecs: readonly Codec[] = isRtp ? payloadTypes.number(rtp?.codecs ?? []) : [];
    if (isRtp && codecs.length === 0) throw new TypeError(`There is no codec for ${wanted.kind}.`);
    const extensions = isRtp ? numberExtensions(rtp?.headerExtensions ?? [], extensionIds) : [];
    const bundling = bundlingOf(intent, bundled, index);
    return writeMedia({
      ...offeredTransport(capabilities, wanted, isRtp, kept(index)),
      codecs,
      extensions,
      mid,
      bundling,
    });
  });
  const mids = bundled.map((index) => places[index]?.mid ?? '');
  return writeSession(intent, media, mids.length === 0 ? [] : [mids]);
}

interface Place {
  readonly wanted: MediaIntent | undefined;
  readonly mid: string | undefined;
  readonly last: MediaDescription | undefined;
}

function place(intent: Intent, index: number): Place {
  const last = intent.previous?.local.media[index];
  const other = intent.previous?.remote.media[index];
  const wanted = intent.media[index];
  const isFree = last !== undefined && other !== undefined && isGone(last) && isGone(other);
  if (wanted !== undefined && last !== undefined && !isFree && last.kind !== wanted.kind)
    throw new TypeError(`Place ${index} is ${last.kind}, and not ${wanted.kind}.`);
  const kept = last === undefined ? undefined : midOf(last);
  // RFC 9429 §5.2.2: media in a place that was given up has a mid of its own.
  const fresh =
    isFree && wanted !== undefined
      ? `${index}r${intent.previous?.local.origin.sessionVersion ?? ''}`
      : undefined;
  const mid = fresh === undefined ? (kept ?? wanted?.mid) : (wanted?.mid ?? fresh);
  return {
    wanted,
    last,
    mid: mid ?? (last === undefined && wanted !== undefined ? String(index) : undefined),
  };
}

function isGone(media: MediaDescription): boolean {
  return media.port === 0 && !isBundleOnly(media);
}

/** Which places the offer bundles: all that are wanted, or those that are bundled already and what is new. */
function bundledPlaces(capabilities: Capabilities, intent: Intent, places: readonly Place[]): number[] {
  // RFC 9143 §9.3: who bundles multiplexes RTCP.
  if (!capabilities.bundle || capabilities.rtcpMux === 'never') return [];
  const { previous } = intent;
  const wanted = places.flatMap(({ wanted: each, mid }, index) =>
    each !== undefined && mid !== undefined ? [index] : [],
  );
  if (previous === undefined) return wanted;
  const answer = previous.offerer === 'local' ? previous.remote : previous.local;
  const before = bundlesOf(answer)[0] ?? [];
  // The tagged one stays first (RFC 9143 §7.5), and what the other end kept out stays out.
  const isNew = (index: number) => {
    const last = answer.media[index];
    return last === undefined || isGone(last);
  };
  if (before.length === 0) return wanted.filter(isNew).length === wanted.length ? wanted : [];
  return [...before.filter((index) => wanted.includes(index)), ...wanted.filter(isNew)];
}

/**
 * Who has the transport of the bundle's first need not tell it again (RFC 9143 §7.1.3). What is new there has port 0
 * (§7.2), as an offer has no port twice.
 */
function bundlingOf(intent: Intent, bundled: readonly number[], index: number): MediaParts['bundling'] {
  const [tagged] = bundled;
  if (tagged === undefined || tagged === index || !bundled.includes(index)) return 'here';
  const [first, its] = [intent.media[tagged]?.transport, intent.media[index]?.transport];
  if (first?.address !== its?.address || first?.port !== its?.port) return 'here';
  const lasts = [intent.previous?.local.media[index], intent.previous?.remote.media[index]];
  return lasts.some((last) => last === undefined || isGone(last)) ? 'only' : 'tagged';
}

function isRtpKind(capabilities: Capabilities, { kind, protocol }: MediaIntent): boolean {
  if (capabilities.rtp[kind] !== undefined) return true;
  const isData = kind === 'application' && (protocol ?? DATA_PROTOCOL).toUpperCase().includes('SCTP');
  if (!isData || capabilities.data === undefined)
    throw new TypeError(`There are no capabilities for ${kind}.`);
  return false;
}

const DATA_PROTOCOL = 'UDP/DTLS/SCTP';

/** What a stream that lives is: a later offer protects it as it was agreed (RFC 3264 §8.3). */
interface Kept {
  readonly protocol: string;
  readonly security: MediaSecurity;
}

function offeredTransport(
  capabilities: Capabilities,
  intent: MediaIntent,
  isRtp: boolean,
  kept: Kept | undefined,
): Omit<MediaParts, 'codecs' | 'extensions' | 'mid' | 'bundling'> {
  const { transport } = intent;
  const { dtls, sdes = [] } = transport;
  const last = intent.protocol === undefined || intent.protocol === kept?.protocol ? kept : undefined;
  const may = (security: MediaSecurity) =>
    last === undefined ? capabilities.security.includes(security) : last.security === security;
  const usesDtls = dtls !== undefined && may('dtls');
  const usesSdes = isRtp && sdes.length > 0 && may('sdes') && !usesDtls;
  if (!usesDtls && !usesSdes && !(isRtp && may('none')))
    throw new TypeError(`There are no keys for ${intent.kind}.`);
  const secured = usesDtls ? 'UDP/TLS/RTP/SAVPF' : usesSdes ? 'RTP/SAVP' : 'RTP/AVP';
  return {
    intent,
    transport,
    kind: intent.kind,
    protocol: intent.protocol ?? last?.protocol ?? (isRtp ? secured : DATA_PROTOCOL),
    formats: isRtp ? [] : ['webrtc-datachannel'],
    direction: intent.direction,
    allowsMixedExtensions: false,
    sctp: isRtp ? undefined : capabilities.data,
    isRtcpMux: isRtp && capabilities.rtcpMux !== 'never',
    isRtcpMuxOnly: isRtp && capabilities.rtcpMux === 'required',
    hasOnePort: isRtp && capabilities.rtcpMux === 'required',
    isRtcpReducedSize: isRtp && capabilities.rtcpReducedSize,
    ice: transport.ice,
    isIceMismatch: false,
    dtls: usesDtls ? { local: dtls, setup: dtls.setup ?? 'actpass' } : undefined,
    cryptos: usesSdes
      ? sdes.map(({ suite, key }, at) => ({ tag: at + 1, suite, keys: [key], sessionParameters: [] }))
      : [],
  };
}

function* knownExtensions(description: SessionDescription): Generator<[string, number]> {
  for (const { attributes } of description.media) {
    for (const { name, value = '' } of attributes) {
      const [, id, uri] = name === 'extmap' ? (/^(\d{1,3})(?:\/\w+)? (\S+)/.exec(value) ?? []) : [];
      if (id !== undefined && uri !== undefined) yield [uri, Number(id)];
    }
  }
}

/** One number for each extension in all media, as media that share a transport need (RFC 9143 §9.1). */
function numberExtensions(wanted: readonly ExtensionCapability[], ids: Map<string, number>): Extmap[] {
  return wanted.map(({ uri, direction }) => {
    const known = ids.get(uri);
    const taken = new Set(ids.values());
    const id = known ?? Array.from({ length: 14 }, (_, at) => at + 1).find((each) => !taken.has(each));
    if (id === undefined) throw new TypeError('There are more header extensions than one-byte numbers.');
    ids.set(uri, id);
    return { id, uri, ...(direction === undefined ? {} : { direction }) };
  });
}
