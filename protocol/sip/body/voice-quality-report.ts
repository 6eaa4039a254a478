// What a phone says of how a call went: application/vq-rtcpxr (RFC 6035 §4.6), by PUBLISH or by NOTIFY. Read line by line; what
// is not known is skipped, and a number out of its range is as if it were not there.

export const VOICE_QUALITY_TYPE = 'application/vq-rtcpxr';
/** The event package (RFC 6035 §4.1). */
export const VOICE_QUALITY_EVENT = 'vq-rtcpxr';

/** What one end heard. */
export interface VoiceMetrics {
  /** Unix milliseconds. */
  readonly startMs?: number;
  readonly stopMs?: number;
  /** As the phone calls the codec. */
  readonly codec?: string;
  readonly packetsPerSecond?: number;
  /** 0 … 1: lost on the way, and come too late to be played. */
  readonly lossRate?: number;
  readonly discardRate?: number;
  readonly roundTripMs?: number;
  readonly endSystemDelayMs?: number;
  /** Interarrival jitter. */
  readonly jitterMs?: number;
  readonly listeningMos?: number;
  readonly conversationMos?: number;
}

export interface VoiceQualityReport {
  readonly kind: 'session' | 'interval' | 'alert';
  readonly callId: string;
  /** The phone's own. */
  readonly local: VoiceMetrics;
  /** What it was told of the other end. */
  readonly remote?: VoiceMetrics;
}

const MOST_BYTES = 16_384;
const MOST_LINES = 200;
const KINDS = { VQSessionReport: 'session', VQIntervalReport: 'interval', VQAlertReport: 'alert' } as const;
const HOUR_MS = 3_600_000;

/** @returns undefined for what is no such report. */
export function parseVoiceQualityReport(body: Uint8Array): VoiceQualityReport | undefined {
  if (body.length > MOST_BYTES) return undefined;
  const lines = new TextDecoder().decode(body).split(/\r\n|\n/, MOST_LINES);
  const kind = KINDS[nameOf(lines[0] ?? '') as keyof typeof KINDS];
  if (kind === undefined) return undefined;
  let callId = '';
  const local = new Map<string, string>();
  const remote = new Map<string, string>();
  let into = local;
  let hasRemote = false;
  for (const line of lines.slice(1)) {
    const name = nameOf(line);
    const value = line.slice(line.indexOf(':') + 1).trim();
    if (name === 'CallID') callId = value;
    else if (name === 'LocalMetrics') into = local;
    else if (name === 'RemoteMetrics') {
      into = remote;
      hasRemote = true;
    } else if (GROUPS.has(name)) for (const [key, held] of pairsOf(value)) into.set(`${name}.${key}`, held);
  }
  if (callId === '' || callId.length > 1024) return undefined;
  return { kind, callId, local: metricsOf(local), ...(hasRemote ? { remote: metricsOf(remote) } : {}) };
}

const GROUPS = new Set(['Timestamps', 'SessionDesc', 'PacketLoss', 'Delay', 'QualityEst']);

function nameOf(line: string): string {
  const colon = line.indexOf(':');
  return colon === -1 ? line.trim() : line.slice(0, colon).trim();
}

/** `NLR=5.0 FMTP="annexb=no"`. */
function* pairsOf(value: string): Iterable<readonly [string, string]> {
  for (const [, key, quoted, plain] of value.matchAll(/([A-Za-z]+)=(?:"([^"]*)"|([^\s"]+))/g))
    yield [key!.toUpperCase(), quoted ?? plain ?? ''];
}

function metricsOf(held: ReadonlyMap<string, string>): VoiceMetrics {
  const number = (name: string, least: number, most: number): number | undefined => {
    const text = held.get(name);
    if (text === undefined || !/^-?\d{1,9}(\.\d{1,9})?$/.test(text)) return undefined;
    const value = Number(text);
    return value >= least && value <= most ? value : undefined;
  };
  const share = (name: string) => {
    const percent = number(name, 0, 100);
    return percent === undefined ? undefined : percent / 100;
  };
  const codec = held.get('SessionDesc.PD')?.slice(0, 40);
  return withoutUnknown({
    startMs: momentOf(held.get('Timestamps.START')),
    stopMs: momentOf(held.get('Timestamps.STOP')),
    codec: codec === '' ? undefined : codec,
    packetsPerSecond: number('SessionDesc.PPS', 1, 1000),
    lossRate: share('PacketLoss.NLR'),
    discardRate: share('PacketLoss.JDR'),
    roundTripMs: number('Delay.RTD', 0, 65_535),
    endSystemDelayMs: number('Delay.ESD', 0, 65_535),
    jitterMs: number('Delay.IAJ', 0, 65_535),
    listeningMos: number('QualityEst.MOSLQ', 1, 5),
    conversationMos: number('QualityEst.MOSCQ', 1, 5),
  });
}

/** RFC 3339 §5.6; a year that no call has is none. */
function momentOf(text: string | undefined): number | undefined {
  if (
    text === undefined ||
    !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/.test(text)
  )
    return undefined;
  const moment = Date.parse(text);
  return Number.isNaN(moment) || moment < HOUR_MS ? undefined : moment;
}

function withoutUnknown(
  metrics: { readonly [K in keyof VoiceMetrics]: VoiceMetrics[K] | undefined },
): VoiceMetrics {
  return Object.fromEntries(Object.entries(metrics).filter(([, value]) => value !== undefined));
}
