// Offer and answer of one leg (RFC 3264 §5, RFC 9429 §5): what SDP says, turned into what the thread of packets needs. Pure but for chance.
import { randomBytes } from 'node:crypto';
import {
  type AgreedMedia,
  agree,
  answer,
  type Capabilities,
  type Crypto,
  cryptoKeyBytes,
  type Direction,
  type Exchange,
  formatParameters,
  isAuxiliary,
  isTelephoneEvent,
  type LocalTransport,
  type MediaIntent,
  offer,
  parseSdp,
  receives,
  type SessionDescription,
  sdpText,
  sends,
} from '@parley/protocol/sdp';
import { BROWSER, PHONE, SUITES } from './codecs.ts';
import type { LegSettings, MediaKind, PortPair, SdesKeys, TrackSettings } from './messages.ts';

export interface LegAddresses {
  /** Told in SDP; of the same host. The first is the one for phones. */
  readonly addresses: readonly string[];
  /** SHA-256 of our certificate. */
  readonly fingerprint: string;
}

export type NegotiationFault = {
  readonly ok: false;
  readonly fault: 'bad-sdp' | 'nothing-in-common' | 'wrong-state';
  readonly reason: string;
};
export type Negotiated =
  | { readonly ok: true; readonly agreed: Agreed; readonly settings: LegSettings; readonly sdp: string }
  | NegotiationFault;

/** As services/media/contract.ts has it. */
export interface Agreed {
  readonly audio: { readonly direction: Direction; readonly codec: string };
  readonly video?: { readonly direction: Direction; readonly codec: string };
}

export interface Directions {
  readonly audio: Direction;
  readonly video?: Direction | undefined;
  /** Codecs that a picture may have; left out: all that are known. */
  readonly videoCodecs?: readonly string[] | undefined;
}

export interface LegKindOptions {
  readonly kind: 'browser' | 'phone';
  readonly video: boolean;
  /** A phone is offered SRTP. */
  readonly isProtected: boolean;
}

const KINDS: readonly MediaKind[] = ['audio', 'video'];

export class LegNegotiation {
  readonly #options: LegKindOptions;
  readonly #own: LegAddresses;
  readonly #capabilities: Capabilities;
  readonly #sessionId = String(randomBytes(6).readUIntBE(0, 6));
  readonly #keys = SUITES.map((suite) => ({ suite, key: { inline: newInline(suite) } }));
  #ufrag = newText(6);
  #password = newText(18);
  #ports: Readonly<Record<string, PortPair>> = {};
  #browserPort = 0;
  #settled: Exchange | undefined;
  #offered: SessionDescription | undefined;

  constructor(options: LegKindOptions, own: LegAddresses) {
    this.#options = options;
    this.#own = own;
    this.#capabilities = options.kind === 'browser' ? BROWSER : PHONE;
  }

  get ice(): { readonly ufrag: string; readonly password: string } {
    return { ufrag: this.#ufrag, password: this.#password };
  }

  get waitsForAnswer(): boolean {
    return this.#offered !== undefined;
  }

  /** What the thread of packets has opened. */
  opened(ports: Readonly<Record<string, PortPair>>, browserPort: number): void {
    this.#ports = ports;
    this.#browserPort = browserPort;
  }

  restartIce(): void {
    this.#ufrag = newText(6);
    this.#password = newText(18);
  }

  offer(directions: Directions): { readonly ok: true; readonly sdp: string } | NegotiationFault {
    if (this.#offered !== undefined) return fault('wrong-state', 'an offer waits for its answer');
    const places = this.#settled?.local.media.map(({ kind }) => kind) ?? ['audio'];
    if (directions.video !== undefined && this.#options.video && !places.includes('video'))
      places.push('video');
    const media = places.map((kind) => this.#intent(kind, directions, this.#options.isProtected));
    this.#offered = offer(this.#capabilitiesFor(directions), {
      origin: this.#origin,
      media,
      ...this.#previous,
    });
    return { ok: true, sdp: sdpText(this.#offered) };
  }

  accept(text: string): Negotiated {
    const local = this.#offered;
    if (local === undefined) return fault('wrong-state', 'no offer waits for an answer');
    const parsed = parseSdp(text);
    if (!parsed.ok) return fault('bad-sdp', parsed.reason);
    const exchange: Exchange = { local, remote: parsed.description, offerer: 'local' };
    const agreed = agree(exchange);
    if (!agreed.ok) return fault('bad-sdp', agreed.reason);
    const result = this.#result(exchange, agreed.media);
    if (result.ok) {
      this.#settled = exchange;
      this.#offered = undefined;
    }
    return result;
  }

  answer(text: string, directions: Directions): Negotiated {
    if (this.#offered !== undefined) return fault('wrong-state', 'an offer waits for its answer');
    const parsed = parseSdp(text);
    if (!parsed.ok) return fault('bad-sdp', parsed.reason);
    const remote = parsed.description;
    const seen = new Set<string>();
    const media = remote.media.map(({ kind }) => {
      // The first of a kind: this leg has one voice and one picture.
      const isTaken = seen.has(kind) || (kind === 'video' && !this.#wantsVideo(directions));
      seen.add(kind);
      return isTaken || !KINDS.some((each) => each === kind)
        ? undefined
        : this.#intent(kind, directions, true);
    });
    const result = answer(remote, this.#capabilitiesFor(directions), {
      origin: this.#origin,
      media,
      ...this.#previous,
    });
    if (!result.ok) return fault('nothing-in-common', result.reason);
    const exchange: Exchange = { local: result.answer, remote, offerer: 'remote' };
    const made = this.#result(exchange, result.media);
    if (made.ok) this.#settled = exchange;
    return made;
  }

  rollback(): boolean {
    const hadOne = this.#offered !== undefined;
    this.#offered = undefined;
    return hadOne;
  }

  #wantsVideo({ video }: Directions): boolean {
    return video !== undefined && this.#options.video;
  }

  #capabilitiesFor({ videoCodecs }: Directions): Capabilities {
    const { video } = this.#capabilities.rtp;
    if (videoCodecs === undefined || video === undefined) return this.#capabilities;
    const isNamed = (name: string) => videoCodecs.some((each) => each.toLowerCase() === name.toLowerCase());
    const codecs = video.codecs.filter(({ name }) => isNamed(name));
    return { ...this.#capabilities, rtp: { ...this.#capabilities.rtp, video: { ...video, codecs } } };
  }

  get #origin() {
    return { sessionId: this.#sessionId, address: this.#own.addresses[0]! };
  }

  get #previous(): { readonly previous?: Exchange } {
    return this.#settled === undefined ? {} : { previous: this.#settled };
  }

  #intent(kind: string, directions: Directions, mayProtect: boolean): MediaIntent {
    const direction = kind === 'video' ? (directions.video ?? 'inactive') : directions.audio;
    if (this.#options.kind === 'phone')
      return { kind, direction, ptimeMs: 20, transport: this.#phoneTransport(kind, mayProtect) };
    // One stream for the whole leg, so that voice and picture are played together.
    return { kind, direction, transport: this.#browserTransport, msids: [{ stream: 'parley', track: kind }] };
  }

  #phoneTransport(kind: string, mayProtect: boolean): LocalTransport {
    const pair = this.#ports[kind];
    if (pair === undefined) throw new Error(`a phone without ports for ${kind}`);
    const address = this.#own.addresses[0]!;
    const plain = { address, port: pair.rtp, rtcpPort: pair.rtcp };
    return mayProtect ? { ...plain, sdes: this.#keys } : plain;
  }

  get #browserTransport(): LocalTransport {
    const { addresses, fingerprint } = this.#own;
    const port = this.#browserPort;
    const candidates = addresses.map((address, index) => ({
      foundation: String(index + 1),
      component: 1,
      transport: 'udp',
      // RFC 8445 §5.1.2.1: a host's, each with a preference of its own.
      priority: 126 * 2 ** 24 + (65_535 - index) * 2 ** 8 + 255,
      address,
      port,
      type: 'host' as const,
      extensions: [],
    }));
    return {
      address: addresses[0]!,
      port,
      ice: { ufrag: this.#ufrag, password: this.#password, candidates, isLite: true, isComplete: true },
      // DEVIATES RFC 8842 §5.2: an offer is passive, not actpass, because this host is the server of every handshake.
      dtls: {
        fingerprints: [{ hash: 'sha-256', value: fingerprint }],
        setup: 'passive',
        preferred: 'passive',
      },
    };
  }

  #result(exchange: Exchange, media: readonly AgreedMedia[]): Negotiated {
    const live = media.filter(({ kind, isRejected }) => !isRejected && KINDS.some((each) => each === kind));
    const voice = live.find(({ kind }) => kind === 'audio');
    if (voice === undefined) return fault('nothing-in-common', media[0]?.fault ?? 'no audio was agreed on');
    const { security } = voice.transport;
    if (security.kind === 'dtls' && security.role !== 'server')
      return fault('nothing-in-common', 'the browser wants to be the server of DTLS');
    const picture = live.find(({ kind }) => kind === 'video');
    const tracks = [voice, ...(picture === undefined ? [] : [picture])].map((each) => trackOf(each));
    const fingerprints =
      security.kind === 'dtls'
        ? security.fingerprints.flatMap(({ hash, value }) =>
            hash.toLowerCase() === 'sha-256' ? [value] : [],
          )
        : [];
    if (security.kind === 'dtls' && fingerprints.length === 0)
      return fault('nothing-in-common', 'the certificate is described by no SHA-256');
    return {
      ok: true,
      sdp: sdpText(exchange.local),
      agreed: {
        audio: { direction: voice.direction, codec: codecName(voice) },
        ...(picture === undefined
          ? {}
          : { video: { direction: picture.direction, codec: codecName(picture) } }),
      },
      settings: { tracks, fingerprints },
    };
  }
}

function fault(kind: NegotiationFault['fault'], reason: string): NegotiationFault {
  return { ok: false, fault: kind, reason };
}

function codecName(media: AgreedMedia): string {
  return media.codecs.find((codec) => !isAuxiliary(codec))?.name ?? '';
}

function trackOf(media: AgreedMedia): TrackSettings {
  const { transport, telephoneEvent, direction } = media;
  const codecs = media.codecs
    .filter((codec) => !isTelephoneEvent(codec) && !isAuxiliary(codec))
    .map(({ name, clockRate, channels, sendPayloadType, receivePayloadType, receiveParameters }) => ({
      name,
      clockRate,
      channels,
      sendPayloadType,
      receivePayloadType,
      variant: variantOf(name, receiveParameters),
    }));
  const address = transport.connection?.address;
  const rtcpPort = transport.isRtcpMux ? transport.port : (transport.rtcp?.port ?? transport.port + 1);
  const sdes = sdesOf(transport.security);
  return {
    kind: media.kind as MediaKind,
    sends: sends(direction),
    receives: receives(direction),
    codecs,
    ...(telephoneEvent === undefined
      ? {}
      : {
          keys: {
            sendPayloadType: telephoneEvent.sendPayloadType,
            clockRate: telephoneEvent.clockRate,
            heard: media.codecs
              .filter(isTelephoneEvent)
              .map(({ receivePayloadType: payloadType, clockRate }) => ({ payloadType, clockRate })),
          },
        }),
    extensions: media.headerExtensions.map(({ uri, id }) => ({ uri, id })),
    ptimeMs: media.ptimeMs ?? 20,
    asksByPictureLoss: media.codecs.some(({ feedback }) =>
      feedback.some(({ type, parameter }) => type === 'nack' && parameter === 'pli'),
    ),
    ...(address === undefined || transport.security.kind === 'dtls'
      ? {}
      : { remote: { address, port: transport.port, rtcpPort, isMux: transport.isRtcpMux } }),
    ...(sdes === undefined ? {} : { sdes }),
  };
}

/** What of H.264 both ends must have alike: whether pictures are cut into packets (RFC 6184 §8.1). */
function variantOf(name: string, parameters: string): string {
  if (name.toLowerCase() !== 'h264') return '';
  return formatParameters(parameters).get('packetization-mode') ?? '0';
}

function sdesOf(security: AgreedMedia['transport']['security']): SdesKeys | undefined {
  if (security.kind !== 'sdes') return undefined;
  const [theirs] = security.receiveKeys;
  const send = cryptoKeyBytes(security.suite, security.sendKey);
  const receive = theirs && cryptoKeyBytes(security.suite, theirs);
  return send && receive && { suite: security.suite, send, receive };
}

/** Letters that ICE may have (RFC 8839 §5.4). */
function newText(bytes: number): string {
  return randomBytes(bytes).toString('base64').replaceAll('=', '');
}

function newInline(suite: (typeof SUITES)[number]): Crypto['keys'][number]['inline'] {
  const lengths: Record<string, number> = { AEAD_AES_256_GCM: 44 };
  return randomBytes(lengths[suite] ?? 30).toString('base64');
}
