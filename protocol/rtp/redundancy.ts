// Redundant audio data (RFC 2198 §3): a payload with earlier ones in front of it, so that a lost packet is in the next. Browsers
// send Opus so (`audio/red`), gateways telephone events.
import { mustFit } from '../bytes/big-endian.ts';
import type { RtpError } from './packet.ts';

/** RFC 2198 §3 has no bound; nobody sends more. */
export const MAX_REDUNDANT = 16;
const MAX_OFFSET_TICKS = 2 ** 14 - 1;

export interface RedundantBlock {
  readonly payloadType: number;
  /** How much earlier its timestamp is than that of the packet: 0 … 16,383. 0 for the last block, the packet's own. */
  readonly earlierTicks: number;
  /** 1,023 bytes at most, but for the last. */
  readonly payload: Uint8Array;
}

export type RedundantResult = { readonly ok: true; readonly blocks: readonly RedundantBlock[] } | RtpError;

/** The blocks of a payload, the earliest first as a rule, the packet's own last. Payloads are views. */
export function parseRedundant(payload: Uint8Array): RedundantResult {
  const heads: { payloadType: number; earlierTicks: number; bytes: number }[] = [];
  let at = 0;
  for (; (payload[at] ?? 0) >= 0x80; at += 4) {
    if (at + 4 > payload.length) return wrong('the head of a block is cut off', at);
    if (heads.length === MAX_REDUNDANT) return wrong(`more than ${MAX_REDUNDANT} blocks`, at);
    const [first, second, third, fourth] = [
      payload[at]!,
      payload[at + 1]!,
      payload[at + 2]!,
      payload[at + 3]!,
    ];
    heads.push({
      payloadType: first & 0x7f,
      earlierTicks: (second << 6) | (third >> 2),
      bytes: ((third & 3) << 8) | fourth,
    });
  }
  if (at >= payload.length) return wrong('the head of the last block is missing', at);
  const lastType = payload[at]!;
  at++;
  const blocks: RedundantBlock[] = [];
  for (const { payloadType, earlierTicks, bytes } of heads) {
    if (at + bytes > payload.length) return wrong('a block is cut off', at);
    blocks.push({ payloadType, earlierTicks, payload: payload.subarray(at, at + bytes) });
    at += bytes;
  }
  blocks.push({ payloadType: lastType, earlierTicks: 0, payload: payload.subarray(at) });
  return { ok: true, blocks };
}

function wrong(reason: string, offset: number): RtpError {
  return { ok: false, reason, offset };
}

/** @throws RangeError where there is no block, or one does not fit: leave out what is more than 16,383 ticks ago. */
export function serializeRedundant(blocks: readonly RedundantBlock[]): Uint8Array {
  const last = blocks.at(-1);
  if (last === undefined || last.earlierTicks !== 0 || blocks.length - 1 > MAX_REDUNDANT)
    throw new RangeError('the last block is the packet’s own, with at most 16 before it');
  const bytes = blocks.reduce((sum, { payload }) => sum + payload.length, 4 * (blocks.length - 1) + 1);
  const all = new Uint8Array(bytes);
  let head = 0;
  let at = 4 * (blocks.length - 1) + 1;
  for (const block of blocks) {
    const { payloadType, earlierTicks, payload } = block;
    mustFit('the payload type', payloadType, 7);
    all.set(payload, at);
    at += payload.length;
    if (block === last) {
      all[head] = payloadType;
      break;
    }
    if (earlierTicks > MAX_OFFSET_TICKS) throw new RangeError(`${earlierTicks} ticks ago is too early`);
    mustFit('the offset', earlierTicks, 14);
    mustFit('the length of the block', payload.length, 10);
    all[head] = 0x80 | payloadType;
    all[head + 1] = earlierTicks >> 6;
    all[head + 2] = ((earlierTicks & 63) << 2) | (payload.length >> 8);
    all[head + 3] = payload.length;
    head += 4;
  }
  return all;
}
