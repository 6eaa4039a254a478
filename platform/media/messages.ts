// What the thread that carries media and the one that negotiates say to each other. Plain values: they are copied between them.
import type { SrtpMasterKey } from '@parley/protocol/rtp';

export type MediaKind = 'audio' | 'video';

/** What was agreed for one stream, as far as packets are concerned. */
export interface TrackSettings {
  readonly kind: MediaKind;
  /** Towards the peer, and from it. */
  readonly sends: boolean;
  readonly receives: boolean;
  /** The first one is sent. */
  readonly codecs: readonly TrackCodec[];
  readonly keys?: {
    readonly sendPayloadType: number;
    readonly clockRate: number;
    /** All that were agreed: the peer may send any of them. */
    readonly heard: readonly { readonly payloadType: number; readonly clockRate: number }[];
  };
  /** Header extensions that are passed on, by URI. */
  readonly extensions: readonly { readonly uri: string; readonly id: number }[];
  readonly ptimeMs: number;
  readonly asksByPictureLoss: boolean;
  /** Where a phone receives; browsers say it by ICE. */
  readonly remote?: RemoteAddress;
  /** Keys out of SDP; undefined is RTP in clear, or DTLS where the leg is a browser's. */
  readonly sdes?: SdesKeys;
}

export interface TrackCodec {
  readonly name: string;
  readonly clockRate: number;
  readonly channels: number;
  readonly sendPayloadType: number;
  readonly receivePayloadType: number;
  /** Makes it another codec: the profile of H.264. */
  readonly variant: string;
}

export interface RemoteAddress {
  readonly address: string;
  readonly port: number;
  readonly rtcpPort: number;
  readonly isMux: boolean;
}

export interface SdesKeys {
  readonly suite: string;
  readonly send: SrtpMasterKey;
  readonly receive: SrtpMasterKey;
}

export interface LegSettings {
  readonly tracks: readonly TrackSettings[];
  /** SHA-256 of the browser's certificate. */
  readonly fingerprints: readonly string[];
}

/** What a leg plays instead of what it is joined with. */
export type PlayedSound =
  | { readonly kind: 'named'; readonly name: 'music' | 'ringback' | 'busy' | 'silence' | 'echo' }
  | { readonly kind: 'tones'; readonly tonesHz: readonly number[]; readonly forMs: number }
  | { readonly kind: 'file'; readonly path: string };

export type WorkerCommand =
  | { readonly kind: 'start'; readonly options: WorkerOptions }
  | {
      readonly kind: 'openPhone';
      readonly legId: string;
      readonly tracks: readonly MediaKind[];
      readonly idleMs: number;
    }
  | {
      readonly kind: 'openBrowser';
      readonly legId: string;
      readonly ufrag: string;
      readonly password: string;
      readonly idleMs: number;
    }
  | { readonly kind: 'restartIce'; readonly legId: string; readonly ufrag: string; readonly password: string }
  | { readonly kind: 'configure'; readonly legId: string; readonly settings: LegSettings }
  | { readonly kind: 'join'; readonly legId: string; readonly with: string | null }
  | { readonly kind: 'listen'; readonly legId: string; readonly to: string }
  | {
      readonly kind: 'play';
      readonly legId: string;
      readonly sound: PlayedSound | null;
      readonly loop: boolean;
    }
  | { readonly kind: 'pressKeys'; readonly legId: string; readonly keys: string }
  | { readonly kind: 'record'; readonly legId: string; readonly recording: RecordingWish }
  | { readonly kind: 'stopRecording'; readonly legId: string }
  | { readonly kind: 'close'; readonly legId: string };

export interface RecordingWish {
  readonly recordingId: string;
  readonly path: string;
  readonly maxMs: number;
  readonly silenceMs: number | undefined;
  readonly endKeys: string;
}

export interface WorkerOptions {
  /** Where the sockets are bound. */
  readonly address: string;
  /** The one port for browsers; 0 takes a free one. */
  readonly browserPort: number;
  readonly phonePorts: { readonly from: number; readonly to: number };
  /** This host's certificate for DTLS, and its key: PEM. */
  readonly certificate: string;
  readonly privateKey: string;
}

export type WorkerReply =
  | {
      readonly ok: true;
      readonly port?: number;
      readonly ports?: Readonly<Record<string, PortPair>>;
      readonly udp?: string;
    }
  | {
      readonly ok: false;
      readonly reason: 'full' | 'no-leg' | 'no-audio' | 'ports';
      readonly sentence: string;
    };

export interface PortPair {
  readonly rtp: number;
  readonly rtcp: number;
}

export interface StreamReport {
  readonly kind: MediaKind;
  readonly way: 'received' | 'sent';
  readonly codec: string;
  readonly packets: number;
  readonly lost: number;
  readonly jitterMs: number;
  readonly roundTripMs?: number;
  readonly mos?: number;
}

/** What happens to a leg, as media.leg.happened tells it. */
export type LegHappening =
  | { readonly kind: 'connected' }
  | { readonly kind: 'key'; readonly key: string; readonly durationMs: number }
  | { readonly kind: 'played' }
  | {
      readonly kind: 'recorded';
      readonly recordingId: string;
      readonly durationMs: number;
      readonly voiceMs: number;
      readonly bytes: number;
      readonly endedBy: string;
    }
  | { readonly kind: 'quality'; readonly streams: readonly StreamReport[] }
  | { readonly kind: 'lost'; readonly reason: 'silent' | 'consent' | 'worker' | 'dtls' };

export type FromWorker =
  | { readonly kind: 'reply'; readonly id: number; readonly reply: WorkerReply }
  | { readonly kind: 'happened'; readonly legId: string; readonly what: LegHappening };

export interface ToWorker {
  readonly id: number;
  readonly command: WorkerCommand;
}
