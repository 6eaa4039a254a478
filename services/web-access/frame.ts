// Frames of the browser's protocol as text: what a browser may send, and how the server's frames are written. Pure.
import type { Fault, Outcome } from '@parley/platform/contract';
import { Compile } from 'typebox/compile';
import { ClientFrame, type ServerFrame, webAccessErrors } from './contract.ts';
import type { NumberedEvent } from './event-buffer.ts';

/** A message of 64 KiB fits however it is escaped; anything larger is not ours. */
export const FRAME_LIMIT_BYTES = 192 * 1024;

const clientFrame = Compile(ClientFrame);

/** @returns `WEB_BAD_FRAME` for what is not of our protocol. */
export function readFrame(data: Uint8Array, isBinary: boolean): Outcome<ClientFrame> {
  if (isBinary) return webAccessErrors.fault('WEB_BAD_FRAME', 'The connection carried a binary frame.');
  if (data.byteLength > FRAME_LIMIT_BYTES)
    return webAccessErrors.fault('WEB_BAD_FRAME', 'The connection carried a frame that is too large.');
  const frame = parseJson(data);
  return clientFrame.Check(frame) ? { ok: true, value: frame } : webAccessErrors.fault('WEB_BAD_FRAME');
}

function parseJson(data: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('utf8'));
  } catch {
    return undefined;
  }
}

export function writeFrame(frame: ServerFrame): string {
  return JSON.stringify(frame);
}

export function writeEvent({ event, json }: NumberedEvent): string {
  return `{"type":"event","event":${event},"data":${json}}`;
}

export function writeReply(id: number, outcome: Outcome<unknown>): string {
  return writeFrame(
    outcome.ok
      ? { type: 'reply', id, ok: true, value: outcome.value }
      : { type: 'reply', id, ok: false, fault: outcome.fault },
  );
}

export function writeGoodbye(fault: Fault): string {
  return writeFrame({ type: 'goodbye', fault });
}
