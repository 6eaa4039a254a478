// Opus in Ogg files (RFC 7845): what recordings are stored as, and what is played of them.
import { opusDurationTicks } from '@parley/protocol/rtp';
import type { Clip, ClipReader } from './clip.ts';
import type { AudioRate } from './codec.ts';
import { OggReader, OggWriter } from './ogg.ts';
import { OpusDecoder } from './opus.ts';
import type { SoundFileError } from './wav.ts';

const HEAD_BYTES = 19;
/** Samples at 48 kHz that an encoder needs to settle; they are not heard (RFC 7845 §4.2). */
export const OPUS_PRE_SKIP = 312;
const PAGE_MS = 1_000;
/** A packet has 120 ms at most. */
const MOST_DECODED = 5_760;

export interface OggOpusFile {
  readonly ok: true;
  readonly bytes: Uint8Array;
  readonly preSkip: number;
  /** What every sample is multiplied by. */
  readonly gain: number;
  readonly durationMs: number;
}

/** Reads the heads, and how long it lasts; the sound itself is read when it is played. */
export function parseOggOpus(bytes: Uint8Array): OggOpusFile | SoundFileError {
  const wrong = (reason: string): SoundFileError => ({ ok: false, reason, offset: 0 });
  const reader = new OggReader(bytes);
  const head = reader.next()?.data;
  if (head === undefined || head.length < HEAD_BYTES || textOf(head, 8) !== 'OpusHead')
    return wrong('This is no Ogg file with Opus.');
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  // RFC 7845 §5.1: what differs in the upper half of the version is not compatible. Family 0: one stream, mono or stereo.
  if (view.getUint8(8) >> 4 !== 0 || view.getUint8(18) !== 0)
    return wrong('This kind of Opus file is not supported. Save it in mono or stereo.');
  const tags = reader.next()?.data;
  if (tags === undefined || textOf(tags, 8) !== 'OpusTags') return wrong('The file has no sound.');
  const preSkip = view.getUint16(10, true);
  const gain = 10 ** (view.getInt16(16, true) / 256 / 20);
  let [ticks, position] = [0, undefined as number | undefined];
  for (let packet = reader.next(); packet !== undefined; packet = reader.next()) {
    ticks += opusDurationTicks(packet.data);
    position = packet.isLastOfStream ? packet.position : undefined;
  }
  const heard = Math.max(0, Math.min(ticks, position ?? ticks) - preSkip);
  return { ok: true, bytes, preSkip, gain, durationMs: heard / 48 };
}

function textOf(bytes: Uint8Array, length: number): string {
  return String.fromCharCode(...bytes.subarray(0, length));
}

/** Decoded as it is played, at the rate that is wanted. */
export function oggOpusClip(file: OggOpusFile, sampleRate: AudioRate): Clip {
  return { sampleRate, open: () => new OggOpusSound(file, sampleRate) };
}

class OggOpusSound implements ClipReader {
  private readonly packets: OggReader;
  private readonly decoder: OpusDecoder;
  private readonly decoded: Int16Array;
  private readonly gain: number;
  private skip: number;
  private left: number;
  private at = 0;
  private end = 0;

  constructor(file: OggOpusFile, sampleRate: AudioRate) {
    this.packets = new OggReader(file.bytes);
    this.packets.next();
    this.packets.next();
    this.decoder = new OpusDecoder(sampleRate);
    this.decoded = new Int16Array((MOST_DECODED * sampleRate) / 48_000);
    this.gain = file.gain;
    this.skip = Math.round((file.preSkip * sampleRate) / 48_000);
    this.left = Math.round((file.durationMs * sampleRate) / 1_000);
  }

  read(into: Int16Array): number {
    let made = 0;
    while (made < into.length && this.left > 0) {
      if (this.at === this.end && !this.decode()) break;
      const skipped = Math.min(this.skip, this.end - this.at);
      this.skip -= skipped;
      this.at += skipped;
      const count = Math.min(into.length - made, this.end - this.at, this.left);
      into.set(this.decoded.subarray(this.at, this.at + count), made);
      this.at += count;
      this.left -= count;
      made += count;
    }
    return made;
  }

  /** A packet that is damaged is left out. */
  private decode(): boolean {
    for (let packet = this.packets.next(); packet !== undefined; packet = this.packets.next()) {
      this.end = this.decoder.decode(packet.data, this.decoded);
      this.at = 0;
      if (this.gain !== 1)
        for (let at = 0; at < this.end; at++)
          this.decoded[at] = Math.max(-32_768, Math.min(32_767, this.decoded[at]! * this.gain));
      if (this.end > 0) return true;
    }
    return false;
  }

  [Symbol.dispose](): void {
    this.left = 0;
    this.decoder[Symbol.dispose]();
  }
}

/** Packets as they are coded into a file, a page for each second. */
export class OggOpusWriter {
  private readonly ogg: OggWriter;
  private position = 0;
  private flushedAt = 0;

  /** @param write told of each piece of the file, in memory of its own. */
  constructor(serial: number, inRate: AudioRate, write: (bytes: Uint8Array) => void) {
    this.ogg = new OggWriter(serial, write);
    const head = new Uint8Array(HEAD_BYTES);
    head.set(new TextEncoder().encode('OpusHead'));
    const view = new DataView(head.buffer);
    view.setUint8(8, 1);
    view.setUint8(9, 1);
    view.setUint16(10, OPUS_PRE_SKIP, true);
    view.setUint32(12, inRate, true);
    // RFC 7845 §3: the heads have pages of their own.
    this.ogg.add(head, 0);
    this.ogg.flush();
    const vendor = new TextEncoder().encode('Parley');
    const tags = new Uint8Array(8 + 4 + vendor.length + 4);
    tags.set(new TextEncoder().encode('OpusTags'));
    new DataView(tags.buffer).setUint32(8, vendor.length, true);
    tags.set(vendor, 12);
    this.ogg.add(tags, 0);
    this.ogg.flush();
  }

  /** @param packet of Opus; copied. @param ticks of 48 kHz. */
  add(packet: Uint8Array, ticks: number): void {
    this.position += ticks;
    this.ogg.add(packet.slice(), this.position);
    if (this.position - this.flushedAt < PAGE_MS * 48) return;
    this.ogg.flush();
    this.flushedAt = this.position;
  }

  /** @param ticks how much of it is to be heard: what was only added to fill the last packet is cut off (RFC 7845 §4.4). */
  end(ticks: number): void {
    this.ogg.end(Math.min(this.position, ticks + OPUS_PRE_SKIP));
  }
}
