// WebSocket messages out of a byte stream, as a server reads them, and frames of our own (RFC 6455 §5). Pure; no
// extension is ever agreed on. Used by ws.ts.
import { isUtf8 } from 'node:buffer';

/** RFC 6455 §7.4.1. */
export const CLOSE_CODES = {
  normal: 1000,
  goingAway: 1001,
  protocolError: 1002,
  noStatus: 1005,
  invalidPayload: 1007,
  policyViolation: 1008,
  messageTooBig: 1009,
} as const;

const OPCODES = { continuation: 0x0, text: 0x1, binary: 0x2, close: 0x8, ping: 0x9, pong: 0xa } as const;
export type OwnFrame = Exclude<keyof typeof OPCODES, 'continuation'>;

const FIN = 0x80;
const RESERVED = 0x70;
const MASK = 0x80;
const MAX_CONTROL_BYTES = 125;
const FIRST_BUFFER_BYTES = 1024;
const NOTHING = new Uint8Array(0);

/** The bytes of an event are valid until the next push. */
export type WebSocketEvent =
  | { readonly kind: 'message'; readonly bytes: Uint8Array; readonly isText: boolean }
  | { readonly kind: 'ping'; readonly bytes: Uint8Array }
  | { readonly kind: 'pong' }
  | { readonly kind: 'close'; readonly code: number }
  /** The peer breaks the protocol: close with that code. Nothing follows. */
  | { readonly kind: 'broken'; readonly code: number };

interface FrameHead {
  readonly isFinal: boolean;
  readonly opcode: number;
  readonly headBytes: number;
  readonly payloadBytes: number;
}

/** Bytes that grow at the end; doubling keeps appending linear. */
class Growing {
  #buffer: Uint8Array = NOTHING;
  #length = 0;

  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }
  get length(): number {
    return this.#length;
  }

  append(bytes: Uint8Array): void {
    const needed = this.#length + bytes.length;
    if (needed > this.#buffer.length) {
      const grown = new Uint8Array(Math.max(needed, FIRST_BUFFER_BYTES, this.#buffer.length * 2));
      grown.set(this.bytes);
      this.#buffer = grown;
    }
    this.#buffer.set(bytes, this.#length);
    this.#length = needed;
  }
}

export class WebSocketReader {
  readonly #maxMessageBytes: number;
  /** A frame that has begun; undefined between frames, so that an idle connection holds no buffer. */
  #rest: Growing | undefined;
  /** The fragments so far of a message that has more to come. */
  #message: Growing | undefined;
  #isText = false;
  #isOver = false;

  constructor(maxMessageBytes: number) {
    this.#maxMessageBytes = maxMessageBytes;
  }

  /** What is held of a message that is not whole. */
  get heldBytes(): number {
    return (this.#rest?.length ?? 0) + (this.#message?.length ?? 0);
  }
  /** A frame or a message has begun and is not whole. */
  get isUnfinished(): boolean {
    return this.#rest !== undefined || this.#message !== undefined;
  }

  /** The bytes become the reader's: their masks are taken off in place. */
  push(bytes: Uint8Array): readonly WebSocketEvent[] {
    const events: WebSocketEvent[] = [];
    if (this.#isOver) return events;
    this.#rest?.append(bytes);
    const input = this.#rest?.bytes ?? bytes;
    let at = 0;
    while (!this.#isOver) {
      const head = this.#head(input, at);
      if (typeof head === 'number') {
        this.#end({ kind: 'broken', code: head }, events);
        return events;
      }
      if (head === undefined || input.length - at < head.headBytes + head.payloadBytes) break;
      const event = this.#take(head, unmasked(input, at, head));
      at += head.headBytes + head.payloadBytes;
      if (event?.kind === 'close' || event?.kind === 'broken') this.#end(event, events);
      else if (event !== undefined) events.push(event);
    }
    this.#keep(input, at);
    return events;
  }

  #end(event: WebSocketEvent, events: WebSocketEvent[]): void {
    this.#isOver = true;
    this.#rest = this.#message = undefined;
    events.push(event);
  }

  #keep(input: Uint8Array, at: number): void {
    if (this.#isOver || at === input.length) {
      this.#rest = undefined;
      return;
    }
    if (at === 0 && this.#rest !== undefined) return;
    this.#rest = new Growing();
    this.#rest.append(input.subarray(at));
  }

  /** RFC 6455 §5.2. @returns undefined where the head is not whole, a close code where it must not be. */
  #head(input: Uint8Array, at: number): FrameHead | number | undefined {
    if (input.length - at < 2) return undefined;
    const first = input[at]!;
    const second = input[at + 1]!;
    const opcode = first & 0x0f;
    const isFinal = (first & FIN) !== 0;
    const isControl = opcode >= 0x8;
    const short = second & 0x7f;
    // RFC 6455 §5.1: "a server MUST close the connection upon receiving a frame that is not masked".
    if ((first & RESERVED) !== 0 || (second & MASK) === 0) return CLOSE_CODES.protocolError;
    if (isControl ? opcode > OPCODES.pong : opcode > OPCODES.binary) return CLOSE_CODES.protocolError;
    if (isControl && (!isFinal || short > MAX_CONTROL_BYTES)) return CLOSE_CODES.protocolError;
    // RFC 6455 §5.4: fragments follow one another, and only control frames come between them.
    if (!isControl && (opcode === OPCODES.continuation) !== (this.#message !== undefined))
      return CLOSE_CODES.protocolError;

    const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
    if (input.length - at < 2 + lengthBytes) return undefined;
    const payloadBytes = lengthBytes === 0 ? short : numberAt(input, at + 2, lengthBytes);
    // RFC 6455 §5.2: "the minimal number of bytes MUST be used to encode the length".
    if ((short === 126 && payloadBytes < 126) || (short === 127 && payloadBytes < 65_536))
      return CLOSE_CODES.protocolError;
    if (!isControl && (this.#message?.length ?? 0) + payloadBytes > this.#maxMessageBytes)
      return CLOSE_CODES.messageTooBig;
    return { isFinal, opcode, headBytes: 6 + lengthBytes, payloadBytes };
  }

  #take({ opcode, isFinal }: FrameHead, payload: Uint8Array): WebSocketEvent | undefined {
    if (opcode === OPCODES.ping) return { kind: 'ping', bytes: payload };
    if (opcode === OPCODES.pong) return { kind: 'pong' };
    if (opcode === OPCODES.close) return closeEvent(payload);
    if (opcode !== OPCODES.continuation) this.#isText = opcode === OPCODES.text;
    if (this.#message === undefined && isFinal) return messageEvent(payload, this.#isText);
    this.#message ??= new Growing();
    this.#message.append(payload);
    if (!isFinal) return undefined;
    const { bytes } = this.#message;
    this.#message = undefined;
    return messageEvent(bytes, this.#isText);
  }
}

/** RFC 6455 §8.1: text that is no UTF-8 ends the connection. */
function messageEvent(bytes: Uint8Array, isText: boolean): WebSocketEvent {
  if (isText && !isUtf8(bytes)) return { kind: 'broken', code: CLOSE_CODES.invalidPayload };
  return { kind: 'message', bytes, isText };
}

/** RFC 6455 §5.5.1, §7.4: a code that may be sent, and a reason in UTF-8. */
function closeEvent(payload: Uint8Array): WebSocketEvent {
  if (payload.length === 0) return { kind: 'close', code: CLOSE_CODES.noStatus };
  if (payload.length === 1) return { kind: 'broken', code: CLOSE_CODES.protocolError };
  const code = numberAt(payload, 0, 2);
  const isDefined = (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014);
  if (!isDefined && (code < 3000 || code > 4999)) return { kind: 'broken', code: CLOSE_CODES.protocolError };
  return isUtf8(payload.subarray(2))
    ? { kind: 'close', code }
    : { kind: 'broken', code: CLOSE_CODES.invalidPayload };
}

/** RFC 6455 §5.3, in place. */
function unmasked(input: Uint8Array, at: number, { headBytes, payloadBytes }: FrameHead): Uint8Array {
  const start = at + headBytes;
  const payload = input.subarray(start, start + payloadBytes);
  for (let index = 0; index < payloadBytes; index++)
    payload[index] = payload[index]! ^ input[start - 4 + (index & 3)]!;
  return payload;
}

/** In network byte order; a length beyond 2⁵³ loses its last digits, and is too large all the same. */
function numberAt(bytes: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let index = 0; index < count; index++) value = value * 256 + bytes[at + index]!;
  return value;
}

/** One whole frame, unmasked as a server sends it (RFC 6455 §5.1). */
export function webSocketFrame(kind: OwnFrame, payload: Uint8Array = NOTHING): Uint8Array<ArrayBuffer> {
  const { length } = payload;
  const lengthBytes = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const frame = new Uint8Array(2 + lengthBytes + length);
  frame[0] = FIN | OPCODES[kind];
  frame[1] = lengthBytes === 0 ? length : lengthBytes === 2 ? 126 : 127;
  let left = length;
  for (let at = 1 + lengthBytes; at > 1 && lengthBytes > 0; at--) {
    frame[at] = left % 256;
    left = Math.floor(left / 256);
  }
  frame.set(payload, 2 + lengthBytes);
  return frame;
}

export function closeFrame(code: number): Uint8Array<ArrayBuffer> {
  return webSocketFrame('close', Uint8Array.of(code >> 8, code & 0xff));
}
