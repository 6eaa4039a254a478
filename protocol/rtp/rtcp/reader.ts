// One RTCP packet's body as it is read: where the first thing is wrong is kept, so that readers need no branch at each field.
import { readU16, readU32 } from '../../bytes/big-endian.ts';

export class Fault {
  readonly reason: string;
  readonly offset: number;

  constructor(reason: string, offset: number) {
    this.reason = reason;
    this.offset = offset;
  }
}

/** Reads fields one behind the other. A read behind the end gives 0 and is the fault. */
export class Reader {
  readonly bytes: Uint8Array;
  readonly end: number;
  at: number;
  fault: Fault | undefined;

  constructor(bytes: Uint8Array, at: number, end: number) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  get left(): number {
    return this.end - this.at;
  }

  fail(reason: string): void {
    this.fault ??= new Fault(reason, this.at);
  }

  private take(bytes: number): number {
    if (this.at + bytes > this.end) {
      this.fail('a field is cut off');
      return -1;
    }
    this.at += bytes;
    return this.at - bytes;
  }

  u8(): number {
    const at = this.take(1);
    return at === -1 ? 0 : this.bytes[at]!;
  }

  u16(): number {
    const at = this.take(2);
    return at === -1 ? 0 : readU16(this.bytes, at);
  }

  u32(): number {
    const at = this.take(4);
    return at === -1 ? 0 : readU32(this.bytes, at);
  }

  /** A view of the next bytes. */
  view(bytes: number): Uint8Array {
    const at = this.take(bytes);
    return at === -1 ? this.bytes.subarray(0, 0) : this.bytes.subarray(at, at + bytes);
  }

  rest(): Uint8Array {
    return this.view(this.left);
  }

  text(bytes: number): string {
    return decoder.decode(this.view(bytes));
  }
}

/** Writes fields one behind the other into memory that grows. */
export class Writer {
  private bytes = new Uint8Array(256);
  length = 0;

  private room(more: number): number {
    const at = this.length;
    this.length += more;
    if (this.length > this.bytes.length) {
      const larger = new Uint8Array(Math.max(this.length, this.bytes.length * 2));
      larger.set(this.bytes);
      this.bytes = larger;
    }
    return at;
  }

  u8(value: number): void {
    const at = this.room(1);
    this.bytes[at] = value;
  }

  u16(value: number): void {
    const at = this.room(2);
    this.bytes[at] = value >>> 8;
    this.bytes[at + 1] = value;
  }

  u32(value: number): void {
    this.u16(Math.floor(value / 2 ** 16) & 0xffff);
    this.u16(value & 0xffff);
  }

  put(data: Uint8Array): void {
    const at = this.room(data.length);
    this.bytes.set(data, at);
  }

  /** Zeros up to a whole word, counted from `from`. */
  align(from = 0): void {
    while ((this.length - from) % 4 !== 0) this.u8(0);
  }

  /** Changes what has been written. */
  u16At(at: number, value: number): void {
    this.bytes[at] = value >>> 8;
    this.bytes[at + 1] = value;
  }

  done(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();

/** @throws RangeError above 255 bytes of UTF-8. */
export function shortText(name: string, text: string): Uint8Array {
  const bytes = encoder.encode(text);
  if (bytes.length > 255) throw new RangeError(`${name} has more than 255 bytes`);
  return bytes;
}
