// What monitoring sees of SIP: every message into the ring, and out of it what a ladder needs to know of one. The only
// file of this service that sees SIP.
import type { Flow, SipServer } from '@parley/platform/net';
import {
  FNV_START,
  fnvStep,
  parseCSeq,
  parseMessage,
  parseNameAddr,
  parseSipUri,
  type SipMessage,
  serializeMessage,
  tagOf,
  topVia,
} from '@parley/protocol/sip';
import type { Sighting, TraceFlow, TraceSetting } from './contract.ts';
import { isPrivateType, maskUri } from './mask.ts';
import type { TraceRecord, TraceRing } from './trace-ring.ts';

export interface Recording {
  readonly setting: TraceSetting;
  /** Whether what people write to one another is kept. */
  readonly keepsTexts: boolean;
  wallNow(): number;
}

/** Records every message from now on. */
export function recordMessages(sip: SipServer, ring: TraceRing, recording: Recording): Disposable {
  const { setting, keepsTexts } = recording;
  // A flow of the driver holds its connection: what is kept for an hour must not.
  const places = new WeakMap<Flow, TraceFlow>();
  return sip.onMessage((direction, message, flow, wire) => {
    let place = places.get(flow);
    if (place === undefined) {
      const { transport, localAddress, localPort, remoteAddress, remotePort, isInternal } = flow;
      place = { transport, localAddress, localPort, remoteAddress, remotePort, isInternal };
      places.set(flow, place);
    }
    const bytes = wire ?? serializeMessage(message);
    const keepsBody =
      message.body.length === 0 || (setting === 'full' && (keepsTexts || !isPrivate(message)));
    ring.add(
      recording.wallNow(),
      direction === 'out',
      place,
      bytes,
      keepsBody ? bytes.length : headBytes(bytes),
    );
  });
}

/** What people write to one another: a MESSAGE (RFC 3428 §4) of any kind, and text wherever it is. */
function isPrivate(message: SipMessage): boolean {
  if (message.kind === 'request' && message.method === 'MESSAGE') return true;
  const type = message.headers.get('Content-Type');
  return type !== undefined && isPrivateType(type);
}

/** With the empty line; 0 where it is not found, so that nothing is kept that must not be. */
function headBytes(bytes: Uint8Array): number {
  const at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf('\r\n\r\n');
  return at === -1 ? 0 : at + 4;
}

/** Undefined for what cannot be read: it was cut off, or its beginning was left away. */
export function sightingOf(record: TraceRecord, nodeId: string): Sighting | undefined {
  const parsed = parseMessage(record.bytes);
  // What was left away behind the header, or cut off, makes the length of the body wrong.
  const message = parsed.ok ? parsed.message : parsed.partial;
  if (message === undefined) return undefined;
  const { headers } = message;
  const cseq = parseCSeq(headers.get('CSeq') ?? '');
  const from = headers.get('From') ?? '';
  const to = headers.get('To') ?? '';
  return {
    id: sightingId(nodeId, record.seq),
    nodeId,
    at: record.at,
    direction: record.isOutgoing ? 'out' : 'in',
    flow: record.flow,
    callId: short(headers.get('Call-ID') ?? '', 1024),
    method: short(message.kind === 'request' ? message.method : (cseq?.method ?? ''), 32),
    cseq: cseq?.sequence ?? 0,
    status: message.kind === 'request' ? null : message.status,
    startLine: short(
      message.kind === 'request'
        ? `${message.method} ${maskUri(message.uri)} SIP/2.0`
        : `SIP/2.0 ${message.status} ${message.reason}`,
      512,
    ),
    branch: short(topVia(headers)?.params.get('branch') ?? '', 256),
    from: addressIn(from),
    to: addressIn(to),
    fromTag: short(tagIn(from), 128),
    toTag: short(tagIn(to), 128),
    agent: short(
      headers.get(record.isOutgoing ? 'Server' : 'User-Agent') ?? headers.get('Server') ?? '',
      128,
    ),
    contentType: short(headers.get('Content-Type') ?? '', 128),
    bytes: record.bytes.length + record.omittedBytes,
    fingerprint: fingerprintOf(record.bytes),
  };
}

export function sightingId(nodeId: string, seq: number): string {
  return `${nodeId}:${seq}`;
}

/** `alice@example.com`; a host alone for a URI without a user, and the header's text where it is none of SIP. */
function addressIn(header: string): string {
  const nameAddr = parseNameAddr(header);
  const uri = nameAddr === undefined ? undefined : parseSipUri(nameAddr.uri);
  if (uri === undefined) return short(maskUri(nameAddr?.uri ?? header), 256);
  return short(uri.user === undefined ? uri.host : `${uri.user}@${uri.host}`, 256);
}

function tagIn(header: string): string {
  return tagOf(header) ?? '';
}

function short(text: string, chars: number): string {
  return text.length > chars ? `${text.slice(0, chars - 1)}…` : text;
}

/** Tells repetitions from others within one Call-ID. */
function fingerprintOf(bytes: Uint8Array): number {
  let sum = FNV_START;
  for (const byte of bytes) sum = fnvStep(sum, byte);
  return sum >>> 0;
}
