// Ogg (RFC 3533): packets of one stream in pages with a checksum. Reading goes over other streams and damaged pages, and never
// outside of the file; writing collects packets until a page is worth it.

const HEAD_BYTES = 27;
const MOST_SEGMENTS = 255;
const CONTINUED = 1;
const FIRST = 2;
const LAST = 4;
/** A granule position of −1: no packet ends on this page. */
const NO_POSITION = 0xffffffff_ffffffffn;
/** A packet of Opus is far smaller, and pictures in comments are not of interest. */
const MOST_PACKET_BYTES = 65_536;
/** To check a page costs time: a file with more pages that are wrong ends there. */
const MOST_DAMAGED = 200;

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte << 24;
  for (let bit = 0; bit < 8; bit++) rest = (rest << 1) ^ (rest < 0 ? 0x04c11db7 : 0);
  return rest >>> 0;
});

/** RFC 3533 §6, field 6: taken with four bytes of nought in the place of the checksum. */
function checksum(page: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < page.length; at++) {
    const byte = at >= 22 && at < 26 ? 0 : page[at]!;
    sum = ((sum << 8) ^ table[((sum >>> 24) ^ byte) & 0xff]!) >>> 0;
  }
  return sum;
}

export interface OggPacket {
  readonly data: Uint8Array;
  /** Of the page, where this packet is the last that ends on it: what it counts is the codec's affair. */
  readonly position: number | undefined;
  readonly isLastOfStream: boolean;
}

interface Page {
  readonly flags: number;
  readonly position: bigint;
  readonly serial: number;
  readonly lengths: Uint8Array;
  readonly dataAt: number;
  readonly end: number;
}

/** The packets of the first stream, one after the other. */
export class OggReader {
  private readonly bytes: Uint8Array;
  private at = 0;
  private damaged = 0;
  private serial: number | undefined;
  private readonly waiting: OggPacket[] = [];
  private waitingAt = 0;
  private readonly parts: Uint8Array[] = [];
  private partBytes = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** @returns undefined at the end. */
  next(): OggPacket | undefined {
    while (this.waitingAt >= this.waiting.length) {
      this.waiting.length = this.waitingAt = 0;
      const page = this.nextPage();
      if (page === undefined) return undefined;
      this.serial ??= page.serial;
      if (page.serial === this.serial) this.take(page);
    }
    return this.waiting[this.waitingAt++];
  }

  private nextPage(): Page | undefined {
    const { bytes } = this;
    for (; this.at + HEAD_BYTES <= bytes.length && this.damaged < MOST_DAMAGED; this.at++) {
      if (!isPageAt(bytes, this.at)) continue;
      const page = pageAt(bytes, this.at);
      if (page !== undefined) {
        this.at = page.end;
        return page;
      }
      this.damaged++;
    }
    return undefined;
  }

  private take({ flags, position, lengths, dataAt }: Page): void {
    if ((flags & CONTINUED) === 0) this.drop();
    // The begin of what goes on here was on a page that is lost.
    let isLost = (flags & CONTINUED) !== 0 && this.parts.length === 0;
    let at = dataAt;
    let bytes = 0;
    let last = -1;
    for (const length of lengths) {
      bytes += length;
      if (length === 255) continue;
      if (!isLost && this.partBytes + bytes <= MOST_PACKET_BYTES) {
        this.parts.push(this.bytes.subarray(at, at + bytes));
        last = this.waiting.push({ data: this.joined(), position: undefined, isLastOfStream: false }) - 1;
      }
      this.drop();
      isLost = false;
      at += bytes;
      bytes = 0;
    }
    if (bytes > 0 && !isLost && this.partBytes + bytes <= MOST_PACKET_BYTES) {
      this.parts.push(this.bytes.subarray(at, at + bytes));
      this.partBytes += bytes;
    }
    const ended = this.waiting[last];
    if (ended === undefined) return;
    const known = position === NO_POSITION || position > BigInt(Number.MAX_SAFE_INTEGER);
    this.waiting[last] = {
      data: ended.data,
      position: known ? undefined : Number(position),
      isLastOfStream: (flags & LAST) !== 0,
    };
  }

  private drop(): void {
    this.parts.length = this.partBytes = 0;
  }

  private joined(): Uint8Array {
    if (this.parts.length === 1) return this.parts[0]!;
    const whole = new Uint8Array(this.parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of this.parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }
}

/** "OggS", version 0 (RFC 3533 §6). */
function isPageAt(bytes: Uint8Array, at: number): boolean {
  if (bytes[at] !== 0x4f || bytes[at + 1] !== 0x67 || bytes[at + 2] !== 0x67) return false;
  return bytes[at + 3] === 0x53 && bytes[at + 4] === 0;
}

/** @returns undefined where it is cut off or damaged. */
function pageAt(bytes: Uint8Array, at: number): Page | undefined {
  const segments = bytes[at + 26]!;
  const dataAt = at + HEAD_BYTES + segments;
  if (dataAt > bytes.length) return undefined;
  const lengths = bytes.subarray(at + HEAD_BYTES, dataAt);
  let end = dataAt;
  for (const length of lengths) end += length;
  if (end > bytes.length) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, HEAD_BYTES);
  if (view.getUint32(22, true) !== checksum(bytes.subarray(at, end))) return undefined;
  const flags = bytes[at + 5]!;
  return {
    flags,
    position: view.getBigUint64(6, true),
    serial: view.getUint32(14, true),
    lengths,
    dataAt,
    end,
  };
}

export class OggWriter {
  private readonly serial: number;
  private readonly write: (page: Uint8Array) => void;
  private sequence = 0;
  private readonly packets: Uint8Array[] = [];
  private segments = 0;
  private position = 0;

  /** @param serial of the stream, any 32 bits. @param write told of each page, in memory of its own. */
  constructor(serial: number, write: (page: Uint8Array) => void) {
    this.serial = serial;
    this.write = write;
  }

  /**
   * @param packet shorter than 65,025 bytes; kept until its page is written.
   * @param position where its sound ends.
   */
  add(packet: Uint8Array, position: number): void {
    const segments = Math.floor(packet.length / 255) + 1;
    if (segments > MOST_SEGMENTS) throw new RangeError(`a packet of ${packet.length} bytes fits no page`);
    if (this.segments + segments > MOST_SEGMENTS) this.flush();
    this.packets.push(packet);
    this.segments += segments;
    this.position = position;
  }

  /** Writes the last page. @param position where the sound ends. */
  end(position: number): void {
    this.position = position;
    this.flush(true);
  }

  /** Writes the page that was collected. */
  flush(isLast = false): void {
    if (this.packets.length === 0 && !isLast) return;
    const dataBytes = this.packets.reduce((sum, { length }) => sum + length, 0);
    const page = new Uint8Array(HEAD_BYTES + this.segments + dataBytes);
    const view = new DataView(page.buffer);
    page.set([0x4f, 0x67, 0x67, 0x53, 0, (this.sequence === 0 ? FIRST : 0) | (isLast ? LAST : 0)]);
    view.setBigUint64(6, BigInt(this.position), true);
    view.setUint32(14, this.serial, true);
    view.setUint32(18, this.sequence++, true);
    page[26] = this.segments;
    let segmentAt = HEAD_BYTES;
    let at = HEAD_BYTES + this.segments;
    for (const packet of this.packets) {
      for (let left = packet.length; left >= 255; left -= 255) page[segmentAt++] = 255;
      page[segmentAt++] = packet.length % 255;
      page.set(packet, at);
      at += packet.length;
    }
    view.setUint32(22, checksum(page), true);
    this.packets.length = this.segments = 0;
    this.write(page);
  }
}
