// Answers an offer (RFC 3264 §6, RFC 9429 §5.3). Pure: what the offer needs of ports and keys is in the intent, what it asks
// for in vain comes back with its reason.
import { answeredDirection, narrowed, reversed } from '../attribute/direction.ts';
import { type Extmap, isProposedExtensionId, isUsableExtensionId } from '../attribute/extmap.ts';
import type { DtlsRole } from '../attribute/setup.ts';
import type { MediaDescription, SessionDescription } from '../description.ts';
import { type AgreedMedia, agree } from './agreement.ts';
import { type Bundle, bundlesOf, indexByMid, isShared, transportIndex } from './bundle.ts';
import type {
  Capabilities,
  Exchange,
  ExtensionCapability,
  Intent,
  LocalTransport,
  MediaIntent,
} from './capabilities.ts';
import { chooseCodecs } from './choose-codecs.ts';
import type { Codec } from './codec.ts';
import { type AnsweredSecurity, chooseSecurity } from './security.ts';
import {
  effectiveDirection,
  hasIceMismatch,
  isRtpProtocol,
  type MediaView,
  readSession,
  type TransportView,
} from './session-view.ts';
import { writeMedia, writeRejected } from './write-media.ts';
import { writeSession } from './write-session.ts';

export type AnswerResult =
  | {
      readonly ok: true;
      readonly answer: SessionDescription;
      /** What both ends have agreed on, seen from us. */
      readonly media: readonly AgreedMedia[];
      /** What of the offer was rejected, though other media were taken. */
      readonly rejected: readonly Rejection[];
    }
  | OfferRefusal;

/** Nothing of the offer can be taken: for SIP, a response and its Warning (RFC 3261 §21.4.26, §20.43). */
export interface OfferRefusal {
  readonly ok: false;
  readonly status: 488;
  readonly warning: number;
  /** A sentence without its full stop. */
  readonly reason: string;
  readonly rejected: readonly Rejection[];
}

export interface Rejection {
  readonly index: number;
  readonly reason: string;
  /** RFC 3261 §20.43: 302 transport protocol, 304 kind of media, 305 format. */
  readonly warning: number;
}

/**
 * @returns the answer and what it comes to, or the refusal where media are offered and none can be taken. An offer whose
 * media have all ended is answered.
 */
export function answer(
  offered: SessionDescription,
  capabilities: Capabilities,
  intent: Intent,
): AnswerResult {
  const flaw = flawOf(offered, intent);
  if (flaw !== undefined) return { ok: false, status: 488, warning: 399, reason: flaw, rejected: [] };
  // Each media with the transport of its own: the bundle is only now decided on.
  const views = readSession(offered, []).media;
  const rejections = new Map<number, Rejection>();
  const reject = (index: number, warning: number, reason: string) => {
    if (!rejections.has(index)) rejections.set(index, { index, reason, warning });
  };
  const chosen = views.map((view) => chooseFormats(view, capabilities, intent.media[view.index], reject));
  const isTaken = (index: number) => chosen[index] !== undefined && !rejections.has(index);
  // RFC 9143 §9.3: who bundles multiplexes RTCP.
  const mayBundle = capabilities.bundle && capabilities.rtcpMux !== 'never';
  const bundles = mayBundle ? answeredBundles(offered, views, isTaken, reject) : [];
  for (const view of views)
    if (view.isBundleOnly && transportIndex(bundles, view.index) === view.index)
      reject(view.index, 302, 'media is offered within a bundle only');

  const before = intent.previous === undefined ? undefined : livesOn(intent.previous);
  const transports = new Map<number, AnsweredTransport>();
  for (const { index } of views) {
    const at = transportIndex(bundles, index);
    const own = intent.media[at]?.transport;
    if (!isTaken(index) || own === undefined) continue;
    const result =
      transports.get(at) ??
      answeredTransport(
        views[at] as MediaView,
        own,
        capabilities,
        isShared(bundles, at),
        keptRole(before, at, own, views[at]?.transport),
      );
    transports.set(at, result);
    if ('reason' in result) reject(index, 302, result.reason);
  }

  // Whether an address of zeros is a hold is seen from the transport that is shared.
  const directions = readSession(offered, bundles).media.map(effectiveDirection);
  const media = views.map((view): MediaDescription => {
    const { index, kind, protocol, formats, mid } = view;
    const at = transportIndex(bundles, index);
    const transport = transports.get(at);
    const wanted = intent.media[index];
    const formatsChosen = chosen[index];
    if (
      !isTaken(index) ||
      wanted === undefined ||
      transport === undefined ||
      'reason' in transport ||
      !formatsChosen
    )
      return writeRejected(kind, protocol, formats, mid);
    return writeMedia({
      intent: withoutUnasked(wanted, view),
      kind,
      protocol,
      formats,
      mid,
      direction: answeredDirection(directions[index] ?? 'inactive', wanted.direction),
      ...formatsChosen,
      allowsMixedExtensions: view.allowsMixedExtensions && formatsChosen.extensions.length > 0,
      sctp: formatsChosen.codecs.length > 0 ? undefined : capabilities.data,
      bundling: at === index ? 'here' : 'tagged',
      ...transport,
      isRtcpMux: isRtpProtocol(protocol) && transport.hasOnePort,
      isRtcpReducedSize: view.isRtcpReducedSize && capabilities.rtcpReducedSize,
    });
  });

  const rejected = [...rejections.values()].sort((a, b) => a.index - b.index);
  const [first] = rejected;
  if (first !== undefined && media.every(({ port }) => port === 0)) {
    const worst = rejected.find(({ warning }) => warning === 305) ?? first;
    return { ok: false, status: 488, warning: worst.warning, reason: worst.reason, rejected };
  }
  const groups = bundles
    .map((bundle) => bundle.filter(isTaken).map((index) => views[index]?.mid ?? ''))
    .filter((mids) => mids.length > 0);
  const local = writeSession(intent, media, groups);
  const agreed = agree({ local, remote: offered, offerer: 'remote' });
  // Both are ours: an answer that does not fit the offer would be a mistake of this module.
  if (!agreed.ok) throw new Error(agreed.reason);
  return { ok: true, answer: local, media: agreed.media, rejected };
}

function flawOf(offered: SessionDescription, { previous }: Intent): string | undefined {
  if (indexByMid(offered) === undefined) return 'two media have the same mid';
  const before = previous?.remote.media.length ?? 0;
  // RFC 3264 §8: "the new SDP MUST have a matching media stream for each media stream in the previous SDP".
  return offered.media.length < before ? `the offer has less media than the ${before} before` : undefined;
}

type Reject = (index: number, warning: number, reason: string) => void;

interface ChosenFormats {
  readonly codecs: readonly Codec[];
  readonly extensions: readonly Extmap[];
}

/** Codecs and header extensions; undefined where the media is rejected, or was by the offer. */
function chooseFormats(
  view: MediaView,
  capabilities: Capabilities,
  wanted: MediaIntent | undefined,
  reject: Reject,
): ChosenFormats | undefined {
  const { index, kind, protocol } = view;
  if (view.isRejected) return undefined;
  const refused = (warning: number, reason: string): undefined => {
    reject(index, warning, reason);
    return undefined;
  };
  if (wanted === undefined || wanted.kind !== kind) return refused(304, `${kind} is not wanted`);
  if (!isRtpProtocol(protocol)) {
    const isData = kind === 'application' && DATA_PROTOCOLS.has(protocol.toUpperCase());
    if (isData && capabilities.data !== undefined && view.sctp !== undefined)
      return { codecs: [], extensions: [] };
    return refused(302, `${protocol} is not understood`);
  }
  const own = capabilities.rtp[kind];
  if (own === undefined) return refused(304, `there is no ${kind} here`);
  if (!RTP_PROTOCOLS.has(protocol.toUpperCase())) return refused(302, `${protocol} is not understood`);
  const codecs = chooseCodecs(view.codecs, own.codecs, capabilities);
  if (codecs.length === 0) return refused(305, noCommonCodec(view));
  return { codecs, extensions: answeredExtensions(view, own.headerExtensions ?? []) };
}

const DATA_PROTOCOLS = new Set(['UDP/DTLS/SCTP', 'TCP/DTLS/SCTP']);
const RTP_PROTOCOLS = new Set(
  ['AVP', 'AVPF', 'SAVP', 'SAVPF'].flatMap((profile) =>
    profile.startsWith('S')
      ? [`RTP/${profile}`, `UDP/TLS/RTP/${profile}`, `TCP/TLS/RTP/${profile}`, `TCP/DTLS/RTP/${profile}`]
      : [`RTP/${profile}`],
  ),
);

function noCommonCodec({ kind, codecs }: MediaView): string {
  const names = [...new Set(codecs.map(({ name }) => name))].slice(0, 8).join(', ');
  return `no common codec for ${kind}: the offer has ${names || 'none that can be read'}`;
}

/** RFC 8285 §7: those that both have, with the numbers of the offer, or one of ours where it asks for one. */
function answeredExtensions(view: MediaView, own: readonly ExtensionCapability[]): Extmap[] {
  const answered: Extmap[] = [];
  const taken = new Set(view.headerExtensions.map(({ id }) => id));
  const uris = new Set<string>();
  for (const { id: asked, uri, direction } of view.headerExtensions) {
    const ours = own.find((each) => each.uri === uri);
    if (ours === undefined || uris.has(uri)) continue;
    let id = asked;
    if (isProposedExtensionId(asked)) {
      id = 1;
      while (taken.has(id)) id++;
    }
    if (!isUsableExtensionId(id, view.allowsMixedExtensions)) continue;
    taken.add(id);
    uris.add(uri);
    const both = narrowed(reversed(direction ?? 'sendrecv'), ours.direction ?? 'sendrecv');
    if (both === 'inactive') continue;
    answered.push(both === 'sendrecv' ? { id, uri } : { id, direction: both, uri });
  }
  return answered;
}

/** RFC 9143 §7.3: the bundles of the offer without what is rejected; the first one left is tagged. */
function answeredBundles(
  offered: SessionDescription,
  views: readonly MediaView[],
  isTaken: (index: number) => boolean,
  reject: Reject,
): Bundle[] {
  const bundles: Bundle[] = [];
  for (const bundle of bundlesOf(offered)) {
    const tagged = views[bundle[0] as number] as MediaView;
    const left = bundle.filter(isTaken);
    // The next one takes over only with a transport of its own.
    while (
      left[0] !== undefined &&
      left[0] !== tagged.index &&
      !canBeTagged(views[left[0]] as MediaView, tagged)
    )
      reject(left.shift() as number, 302, 'the transport of its bundle is rejected');
    if (left.length > 0) bundles.push(left);
  }
  return bundles;
}

function canBeTagged({ isBundleOnly, transport }: MediaView, tagged: MediaView): boolean {
  if (isBundleOnly) return false;
  const own = { keys: transport.fingerprints.length + transport.cryptos.length, ice: transport.ice };
  const theirs = tagged.transport;
  return (
    own.ice !== undefined || own.keys > 0 || (theirs.ice === undefined && theirs.fingerprints.length === 0)
  );
}

type AnsweredTransport =
  | Pick<
      Parameters<typeof writeMedia>[0],
      'transport' | 'isRtcpMuxOnly' | 'hasOnePort' | 'ice' | 'isIceMismatch' | 'dtls' | 'cryptos'
    >
  | { readonly reason: string };

function answeredTransport(
  offered: MediaView,
  own: LocalTransport,
  capabilities: Capabilities,
  isBundled: boolean,
  kept: DtlsRole | undefined,
): AnsweredTransport {
  const { transport, protocol } = offered;
  const security: AnsweredSecurity = chooseSecurity(offered, own, capabilities, kept);
  if (security.kind === 'refused') return { reason: security.reason };
  const isRtp = isRtpProtocol(protocol);
  if (isRtp && capabilities.rtcpMux === 'required' && !offered.isRtcpMux && !isBundled)
    return { reason: 'rtcp-mux is not offered' };
  if (isRtp && capabilities.rtcpMux === 'never' && transport.isRtcpMuxOnly)
    return { reason: 'rtcp-mux is not possible' };
  const isIceMismatch = own.ice !== undefined && hasIceMismatch(offered);
  return {
    transport: own,
    // RFC 8858 §4: the answer has rtcp-mux alone.
    isRtcpMuxOnly: false,
    hasOnePort: isBundled || (isRtp && offered.isRtcpMux && capabilities.rtcpMux !== 'never'),
    ice: transport.ice === undefined || isIceMismatch ? undefined : own.ice,
    isIceMismatch,
    dtls: security.kind === 'dtls' ? { local: security.local, setup: security.setup } : undefined,
    cryptos: security.kind === 'sdes' ? [security.crypto] : [],
  };
}

interface Before {
  readonly agreed: readonly AgreedMedia[];
  readonly local: readonly MediaView[];
  readonly remote: readonly MediaView[];
}

function livesOn(previous: Exchange): Before | undefined {
  const agreed = agree(previous);
  if (!agreed.ok) return undefined;
  const [local, remote] = [readSession(previous.local, []).media, readSession(previous.remote, []).media];
  return { agreed: agreed.media, local, remote };
}

/** RFC 8842 §5.5: an association whose certificates and tls-ids stay goes on, and so do its roles. */
function keptRole(
  before: Before | undefined,
  index: number,
  own: LocalTransport,
  offered: TransportView | undefined,
): DtlsRole | undefined {
  const last = before?.agreed[index]?.transport;
  if (before === undefined || last?.security.kind !== 'dtls' || offered === undefined) return undefined;
  const isSame = (one: Certificates | undefined, other: Certificates | undefined) =>
    one?.tlsId === other?.tlsId && fingerprintText(one) === fingerprintText(other);
  const goesOn =
    isSame(before.remote[last.index]?.transport, offered) &&
    isSame(before.local[last.index]?.transport, own.dtls);
  return goesOn ? last.security.role : undefined;
}

type Certificates = Pick<TransportView, 'fingerprints' | 'tlsId'>;

function fingerprintText(transport: Certificates | undefined): string {
  const texts = (transport?.fingerprints ?? []).map(({ hash, value }) => `${hash} ${value}`);
  return texts.sort().join();
}

/** RFC 8853 §5.3.2, RFC 8851 §6.2: an answer has no streams of simulcast that were not offered. */
function withoutUnasked(wanted: MediaIntent, offered: MediaView): MediaIntent {
  const { simulcast, rids, ...rest } = wanted;
  const ids = new Set(offered.rids.map(({ id }) => id));
  const asked = (rids ?? []).filter(({ id }) => ids.has(id));
  return {
    ...rest,
    ...(asked.length === 0 ? {} : { rids: asked }),
    ...(simulcast === undefined || offered.simulcast === undefined ? {} : { simulcast }),
  };
}
