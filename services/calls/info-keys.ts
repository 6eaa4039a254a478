// Keys that a phone says in INFO (RFC 6086 §10, as phones have done it since: `application/dtmf-relay` and `application/dtmf`). Pure.
import { mediaTypeOf, type SipRequest } from '@parley/protocol/sip';

export interface InfoKey {
  readonly key: string;
  readonly durationMs: number;
}

const DURATION_MS = 160;
const MOST_MS = 10_000;
const MOST_BYTES = 200;
const NAMES: Readonly<Record<string, string>> = { '10': '*', '11': '#' };

export function keyOfInfo({ headers, body }: SipRequest): InfoKey | undefined {
  const type = mediaTypeOf(headers.get('Content-Type'));
  if (body.length > MOST_BYTES) return undefined;
  const text = new TextDecoder().decode(body);
  if (type === 'application/dtmf') return keyOf(text.trim(), DURATION_MS);
  if (type !== 'application/dtmf-relay') return undefined;
  const signal = /^Signal\s*=\s*(\S+)/im.exec(text)?.[1] ?? '';
  const durationMs = Number(/^Duration\s*=\s*(\d{1,5})/im.exec(text)?.[1] ?? DURATION_MS);
  return keyOf(signal, Math.min(durationMs, MOST_MS));
}

function keyOf(said: string, durationMs: number): InfoKey | undefined {
  const key = (NAMES[said] ?? said).toUpperCase();
  return /^[0-9A-D*#]$/.test(key) ? { key, durationMs } : undefined;
}
