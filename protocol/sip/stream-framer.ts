// Messages out of a byte stream (RFC 3261 §18.3, RFC 5626 §4.4.1): TCP and TLS connections push what they receive.
// The same bytes give the same events however they are cut. Used by the transport driver, one per connection.
import { isTokenCode } from './grammar.ts';
import { NO_BODY, type SipMessage, type SipParseError } from './message.ts';
import { DEFAULT_LIMITS, type ParseLimits } from './parse-limits.ts';
import { contentLength, copyBytes, finish, type Head, headerEnd, readHead } from './parser.ts';

const CR = 0x0d;
const LF = 0x0a;
const FIRST_BUFFER_BYTES = 2_048;

export interface StreamFramerOptions {
  readonly maxHeaderBytes?: number;
  readonly maxBodyBytes?: number;
}

export type Framed =
  | {
      readonly kind: 'message';
      readonly message: SipMessage;
      /** As it came, where it was in one piece; valid until the next push. */
      readonly bytes?: Uint8Array;
    }
  /** A double CRLF: answer with a single one (RFC 5626 §4.4.1). */
  | { readonly kind: 'keep-alive' }
  /** One message that cannot be used; the stream goes on behind it. */
  | { readonly kind: 'malformed'; readonly error: SipParseError }
  /** Where the next message begins is unknown: answer `error.status` if there is one, then close. Nothing follows. */
  | { readonly kind: 'broken'; readonly error: SipParseError };

export interface StreamFramer {
  push(bytes: Uint8Array): readonly Framed[];
  /** Bytes of an unfinished message: more than 0 for long is a slow peer. */
  readonly pendingBytes: number;
  /** A message has begun and is not whole: pending bytes, or a header whose body has not come. */
  readonly isUnfinished: boolean;
}

export function createStreamFramer(options: StreamFramerOptions = {}): StreamFramer {
  return new ByteStreamFramer(options.maxHeaderBytes ?? 65_536, options.maxBodyBytes ?? 262_144);
}

class ByteStreamFramer implements StreamFramer {
  private readonly maxHeaderBytes: number;
  private readonly maxBodyBytes: number;
  private readonly limits: ParseLimits;
  /** The pushed chunk itself while nothing is left over from before, else a buffer of our own. */
  private buffer: Uint8Array = NO_BODY;
  private isOwned = false;
  private start = 0;
  private end = 0;
  /** Up to where the end of the header is known not to be. */
  private scanned = 0;
  private emptyLines = 0;
  /** A header that waits for the rest of its body. */
  private waiting: { readonly head: Head; readonly bodyBytes: number } | undefined;
  private isBroken = false;

  constructor(maxHeaderBytes: number, maxBodyBytes: number) {
    this.maxHeaderBytes = maxHeaderBytes;
    this.maxBodyBytes = maxBodyBytes;
    this.limits = { ...DEFAULT_LIMITS, maxMessageBytes: maxHeaderBytes + maxBodyBytes };
  }

  get pendingBytes(): number {
    return this.end - this.start;
  }

  get isUnfinished(): boolean {
    return this.pendingBytes > 0 || this.waiting !== undefined;
  }

  push(bytes: Uint8Array): readonly Framed[] {
    const events: Framed[] = [];
    if (this.isBroken) return events;
    this.take(bytes);
    for (let event = this.next(); event !== undefined; event = this.next()) events.push(event);
    this.keepRest();
    return events;
  }

  private take(bytes: Uint8Array): void {
    if (this.pendingBytes === 0) {
      this.buffer = bytes;
      this.isOwned = false;
      this.start = this.scanned = 0;
      this.end = bytes.length;
      return;
    }
    this.makeRoom(this.pendingBytes + bytes.length);
    this.buffer.set(bytes, this.end);
    this.end += bytes.length;
  }

  /** A chunk belongs to its reader again once push returns. */
  private keepRest(): void {
    if (this.pendingBytes === 0) {
      this.buffer = NO_BODY;
      this.start = this.end = this.scanned = 0;
    } else if (!this.isOwned) this.makeRoom(this.pendingBytes);
  }

  /** Moves what is pending to the front of a buffer of ours that holds so many bytes; doubling keeps it linear. */
  private makeRoom(neededBytes: number): void {
    if (this.isOwned && this.start + neededBytes <= this.buffer.length) return;
    let capacityBytes = FIRST_BUFFER_BYTES;
    while (capacityBytes < neededBytes) capacityBytes *= 2;
    const target = new Uint8Array(capacityBytes);
    target.set(this.buffer.subarray(this.start, this.end));
    this.buffer = target;
    this.isOwned = true;
    this.scanned = Math.max(0, this.scanned - this.start);
    this.end -= this.start;
    this.start = 0;
  }

  private next(): Framed | undefined {
    if (this.isBroken) return undefined;
    if (this.waiting !== undefined) return this.readBody(this.waiting);
    if (this.skipEmptyLines()) return { kind: 'keep-alive' };
    return this.readHeader();
  }

  /** Consumes empty lines before a message (RFC 3261 §7.5); true at every second one. */
  private skipEmptyLines(): boolean {
    while (this.pendingBytes >= 2 && this.buffer[this.start] === CR && this.buffer[this.start + 1] === LF) {
      this.start += 2;
      this.emptyLines++;
      if (this.emptyLines === 2) {
        this.emptyLines = 0;
        return true;
      }
    }
    return false;
  }

  private readHeader(): Framed | undefined {
    if (this.pendingBytes === 0 || (this.pendingBytes === 1 && this.buffer[this.start] === CR))
      return undefined;
    this.emptyLines = 0;
    if (!isTokenCode(this.buffer[this.start]!)) return this.broken('not a SIP message', undefined, 400);

    const end = headerEnd(this.buffer, Math.max(this.start, this.scanned), this.end);
    const headerBytes = (end === -1 ? this.end : end) - this.start;
    // Three bytes of the empty line may be among those that were looked at.
    if (headerBytes > this.maxHeaderBytes + (end === -1 ? 3 : 0)) {
      const readable = this.buffer.subarray(this.start, this.start + this.maxHeaderBytes);
      const head = readHead(readable, 0, -1, this.limits);
      return this.broken(`header is larger than ${this.maxHeaderBytes} bytes`, head, 513);
    }
    if (end === -1) {
      this.scanned = Math.max(this.start, this.end - 3);
      return undefined;
    }
    const { start } = this;
    const head = readHead(this.buffer.subarray(start, end + 2), 0, headerBytes, this.limits);
    this.start = this.scanned = end + 4;
    if (head.startLine === undefined)
      return this.broken(head.flaw?.reason ?? 'not a SIP message', undefined, 400);

    // RFC 3261 §20.14: over a stream the Content-Length header field MUST be used.
    const bodyBytes = contentLength(head.headers);
    if (typeof bodyBytes === 'string') return this.broken(`Content-Length is ${bodyBytes}`, head, 400);
    if (bodyBytes > this.maxBodyBytes)
      return this.broken(`body is larger than ${this.maxBodyBytes} bytes`, head, 513);
    return this.readBody({ head, bodyBytes }, start);
  }

  /** @param headStart where the header begins, if that is in the buffer still. */
  private readBody(
    waiting: { readonly head: Head; readonly bodyBytes: number },
    headStart?: number,
  ): Framed | undefined {
    if (this.pendingBytes < waiting.bodyBytes) {
      this.waiting = waiting;
      return undefined;
    }
    this.waiting = undefined;
    const bodyEnd = this.start + waiting.bodyBytes;
    const result = finish(waiting.head, copyBytes(this.buffer, this.start, bodyEnd));
    this.start = this.scanned = bodyEnd;
    if (!result.ok) return { kind: 'malformed', error: result };
    const { message } = result;
    if (headStart === undefined) return { kind: 'message', message };
    return { kind: 'message', message, bytes: this.buffer.subarray(headStart, bodyEnd) };
  }

  /** Nothing can be found in this stream again. */
  private broken(reason: string, head: Head | undefined, status: number): Framed {
    this.isBroken = true;
    this.start = this.end;
    const flaw = { reason, offset: 0, status };
    const result =
      head === undefined
        ? undefined
        : finish({ ...head, flaw: status === 513 ? flaw : (head.flaw ?? flaw) }, NO_BODY);
    if (result === undefined || result.ok)
      return { kind: 'broken', error: { ok: false, reason, offset: 0, status: undefined } };
    return { kind: 'broken', error: result };
  }
}
