// SRTP and SRTCP of one direction under one master key (RFC 3711 §3, RFC 7714 §8, §9): rollover counters, replay windows and
// indices of all its sources. **Packets are changed where they are; a packet that is not authentic changes no state.**
import { readU32, writeU32 } from '../../bytes/big-endian.ts';
import { checkRtpHeader, MAX_RTP_BYTES, rtpHeaderBytes, rtpSequence, rtpSsrc } from '../packet.ts';
import { extendSequence } from '../sequence.ts';
import type { Cipher } from './cipher.ts';
import { sessionKeys } from './key-derivation.ts';
import type { SrtpMasterKey, SrtpProfile } from './profile.ts';
import { ReplayWindow } from './replay-window.ts';
import {
  associatedOfRtcp,
  counterBlock,
  createTransform,
  f8VectorOfRtcp,
  f8VectorOfRtp,
  galoisNonce,
  type Transform,
  tagsEqual,
} from './transform.ts';

/** Why a packet was not taken. */
export type SrtpFault =
  /** No RTP, no RTCP, or shorter than a tag. */
  | 'malformed'
  /** It has been received, or sent, before. */
  | 'replayed'
  | 'too-old'
  /** Another key, or changed on its way. */
  | 'not-authentic'
  /** Its key identifier is another's. */
  | 'unknown-key'
  /** More sources than `maxSources`. */
  | 'too-many-sources'
  /** 2⁴⁸ packets of RTP, or 2³¹ of RTCP: a new master key is needed (RFC 3711 §9.2). */
  | 'key-worn-out';

export interface SrtpContextOptions {
  readonly profile: SrtpProfile;
  readonly master: SrtpMasterKey;
  readonly cipher: Cipher;
  /** Stands in each packet, 1 … 128 bytes (RFC 3711 §3.1); none by default. */
  readonly keyIdentifier?: Uint8Array;
  /** Packets behind the highest that can still come. A multiple of 32, default 128. */
  readonly replayWindow?: number;
  /** Default 1,024. */
  readonly maxSources?: number;
  /** May a packet be protected twice, as a retransmission is? It MUST be the same packet. Default false. */
  readonly isRepeatAllowed?: boolean;
}

/** The highest indices so far: 48 bits of RTP (rollover counter and sequence number), 31 of RTCP; −1 before the first. */
export interface SrtpPosition {
  readonly rtpIndex: number;
  readonly rtcpIndex: number;
}

const MOST_RTP = 2 ** 48;
const MOST_RTCP = 2 ** 31;
const ENCRYPTED = 0x8000_0000;
const INDEX_BYTES = 4;
const RTCP_HEADER_BYTES = 8;
const NOTHING = new Uint8Array(0);

interface Source {
  readonly rtp: ReplayWindow;
  readonly rtcp: ReplayWindow;
}

export class SrtpContext {
  private readonly profile: SrtpProfile;
  private readonly rtp: Transform;
  private readonly rtcp: Transform;
  private readonly keyIdentifier: Uint8Array;
  private readonly windowSize: number | undefined;
  private readonly maxSources: number;
  private readonly isRepeatAllowed: boolean;
  private readonly sources = new Map<number, Source>();
  private spare: Source | undefined;
  private readonly iv: Uint8Array;
  private readonly word = new Uint8Array(4);
  private readonly associated = new Uint8Array(12);

  /** @throws RangeError where the key or the salt has not the length of the profile. */
  constructor(options: SrtpContextOptions) {
    const { profile, master, cipher } = options;
    if (master.key.length !== profile.keyBytes || master.salt.length !== profile.saltBytes)
      throw new RangeError(
        `${profile.name} needs ${profile.keyBytes} bytes of key, ${profile.saltBytes} of salt`,
      );
    this.profile = profile;
    this.rtp = createTransform(cipher, profile, sessionKeys(cipher, profile, master, false));
    this.rtcp = createTransform(cipher, profile, sessionKeys(cipher, profile, master, true));
    this.keyIdentifier = options.keyIdentifier ?? NOTHING;
    if (this.keyIdentifier.length > 128) throw new RangeError('a key identifier has 128 bytes at most');
    this.windowSize = options.replayWindow;
    this.maxSources = options.maxSources ?? 1_024;
    this.isRepeatAllowed = options.isRepeatAllowed ?? false;
    this.iv = new Uint8Array(profile.cipher === 'gcm' ? 12 : 16);
  }

  /** How many bytes `protectRtp` adds. */
  get rtpOverheadBytes(): number {
    return this.profile.rtpTagBytes + this.keyIdentifier.length;
  }

  /** How many bytes `protectRtcp` adds. */
  get rtcpOverheadBytes(): number {
    return this.profile.rtcpTagBytes + INDEX_BYTES + this.keyIdentifier.length;
  }

  get sourceCount(): number {
    return this.sources.size;
  }

  /** How often the sequence numbers of a source have wrapped; 0 before its first packet. */
  rolloverCounter(ssrc: number): number {
    return Math.floor(Math.max(0, this.sources.get(ssrc)?.rtp.highest ?? 0) / 65_536);
  }

  /** Where a source is: what to hand to `resume` in another process under the same key. */
  position(ssrc: number): SrtpPosition | undefined {
    const source = this.sources.get(ssrc);
    return source && { rtpIndex: source.rtp.highest, rtcpIndex: source.rtcp.highest };
  }

  /** Goes on with a source that is known from elsewhere: nothing that was sent up to there is sent or taken again. */
  resume(ssrc: number, { rtpIndex, rtcpIndex }: SrtpPosition): void {
    const source = this.sourceOf(ssrc);
    source.rtp.close(rtpIndex);
    source.rtcp.close(rtcpIndex);
    this.keep(ssrc, source);
  }

  /** Forgets a source: after a BYE, or long silence. Not to be done where its numbers could come again under this key. */
  forget(ssrc: number): void {
    this.sources.delete(ssrc);
  }

  /**
   * Protects the packet in the first `length` bytes of `buffer`, which has `rtpOverheadBytes` more.
   *
   * @returns how long the packet is now. A fault where it is none of RTP, or was sent before.
   */
  protectRtp(buffer: Uint8Array, length: number): number | SrtpFault {
    const packet = buffer.subarray(0, length);
    if (checkRtpHeader(packet) !== undefined || length + this.rtpOverheadBytes > MAX_RTP_BYTES)
      return 'malformed';
    if (buffer.length < length + this.rtpOverheadBytes)
      throw new RangeError(`the buffer has no room for ${this.rtpOverheadBytes} bytes of tag`);
    const ssrc = rtpSsrc(packet);
    const source = this.sourceOf(ssrc);
    const index = indexOf(source, rtpSequence(packet));
    const wrong = this.wrongIndex(source.rtp, index, MOST_RTP);
    if (wrong !== undefined && !(wrong !== 'key-worn-out' && this.isRepeatAllowed && index >= 0))
      return wrong;
    if (!this.keep(ssrc, source)) return 'too-many-sources';
    if (wrong === undefined) source.rtp.add(index);
    const headerBytes = rtpHeaderBytes(packet);
    const body = buffer.subarray(headerBytes, length);
    const { stream, galois, authenticate, salt } = this.rtp;
    let end = length;
    if (galois !== undefined) {
      galoisNonce(this.iv, salt, ssrc, index);
      buffer.set(galois.seal(this.iv, buffer.subarray(0, headerBytes), body), end);
      buffer.set(this.keyIdentifier, end + this.profile.rtpTagBytes);
      return end + this.rtpOverheadBytes;
    }
    this.setRtpVector(packet, ssrc, index);
    stream!(this.iv, body);
    writeU32(this.word, 0, Math.floor(index / 65_536));
    const tag = authenticate!(packet, this.word);
    buffer.set(this.keyIdentifier, end);
    end += this.keyIdentifier.length;
    buffer.set(tag.subarray(0, this.profile.rtpTagBytes), end);
    return end + this.profile.rtpTagBytes;
  }

  /**
   * Unprotects a packet where it is.
   *
   * @returns how long the packet is now: `bytes.subarray(0, length)` is RTP.
   */
  unprotectRtp(bytes: Uint8Array): number | SrtpFault {
    if (checkRtpHeader(bytes) !== undefined) return 'malformed';
    const headerBytes = rtpHeaderBytes(bytes);
    const end = bytes.length - this.rtpOverheadBytes;
    if (end < headerBytes) return 'malformed';
    const ssrc = rtpSsrc(bytes);
    const source = this.sourceOf(ssrc);
    const index = indexOf(source, rtpSequence(bytes));
    const wrong = this.wrongIndex(source.rtp, index, MOST_RTP);
    if (wrong !== undefined) return wrong;
    const body = bytes.subarray(headerBytes, end);
    const { stream, galois, authenticate, salt } = this.rtp;
    const { rtpTagBytes } = this.profile;
    if (galois !== undefined) {
      if (!this.hasKeyIdentifier(bytes, end + rtpTagBytes)) return 'unknown-key';
      galoisNonce(this.iv, salt, ssrc, index);
      const tag = bytes.subarray(end, end + rtpTagBytes);
      if (!galois.open(this.iv, bytes.subarray(0, headerBytes), body, tag)) return 'not-authentic';
    } else {
      if (!this.hasKeyIdentifier(bytes, end)) return 'unknown-key';
      writeU32(this.word, 0, Math.floor(index / 65_536));
      const tag = authenticate!(bytes.subarray(0, end), this.word);
      if (!tagsEqual(tag, bytes.subarray(bytes.length - rtpTagBytes), rtpTagBytes)) return 'not-authentic';
      this.setRtpVector(bytes, ssrc, index);
      stream!(this.iv, body);
    }
    if (!this.keep(ssrc, source)) return 'too-many-sources';
    source.rtp.add(index);
    return end;
  }

  /**
   * Protects the compound packet in the first `length` bytes of `buffer`, which has `rtcpOverheadBytes` more.
   *
   * @returns how long it is now.
   */
  protectRtcp(buffer: Uint8Array, length: number): number | SrtpFault {
    if (!isRtcp(buffer, length) || length + this.rtcpOverheadBytes > MAX_RTP_BYTES) return 'malformed';
    if (buffer.length < length + this.rtcpOverheadBytes)
      throw new RangeError(`the buffer has no room for ${this.rtcpOverheadBytes} bytes of index and tag`);
    const ssrc = readU32(buffer, 4);
    const source = this.sourceOf(ssrc);
    const index = source.rtcp.highest + 1;
    if (index >= MOST_RTCP) return 'key-worn-out';
    if (!this.keep(ssrc, source)) return 'too-many-sources';
    source.rtcp.add(index);
    const indexWord = (index | ENCRYPTED) >>> 0;
    const packet = buffer.subarray(0, length);
    const body = buffer.subarray(RTCP_HEADER_BYTES, length);
    const { stream, galois, authenticate, salt } = this.rtcp;
    const { rtcpTagBytes } = this.profile;
    if (galois !== undefined) {
      galoisNonce(this.iv, salt, ssrc, index);
      associatedOfRtcp(this.associated, packet, indexWord);
      buffer.set(galois.seal(this.iv, this.associated, body), length);
      writeU32(buffer, length + rtcpTagBytes, indexWord);
      buffer.set(this.keyIdentifier, length + rtcpTagBytes + INDEX_BYTES);
      return length + this.rtcpOverheadBytes;
    }
    this.setRtcpVector(packet, ssrc, index, indexWord);
    stream!(this.iv, body);
    writeU32(buffer, length, indexWord);
    const tag = authenticate!(buffer.subarray(0, length + INDEX_BYTES), NOTHING);
    buffer.set(this.keyIdentifier, length + INDEX_BYTES);
    buffer.set(tag.subarray(0, rtcpTagBytes), length + INDEX_BYTES + this.keyIdentifier.length);
    return length + this.rtcpOverheadBytes;
  }

  /**
   * Unprotects a compound packet where it is. One that its sender did not encrypt is taken too, if it is authentic.
   *
   * @returns how long it is now.
   */
  unprotectRtcp(bytes: Uint8Array): number | SrtpFault {
    const end = bytes.length - this.rtcpOverheadBytes;
    if (!isRtcp(bytes, end)) return 'malformed';
    const { rtcpTagBytes } = this.profile;
    const { stream, galois, authenticate, salt } = this.rtcp;
    const indexAt = galois === undefined ? end : end + rtcpTagBytes;
    if (!this.hasKeyIdentifier(bytes, indexAt + INDEX_BYTES)) return 'unknown-key';
    const ssrc = readU32(bytes, 4);
    const source = this.sourceOf(ssrc);
    const indexWord = readU32(bytes, indexAt);
    const index = indexWord % MOST_RTCP;
    const isEncrypted = indexWord >= ENCRYPTED;
    const wrong = this.wrongIndex(source.rtcp, index, MOST_RTCP);
    if (wrong !== undefined) return wrong;
    const body = bytes.subarray(RTCP_HEADER_BYTES, end);
    if (galois !== undefined) {
      galoisNonce(this.iv, salt, ssrc, index);
      const tag = bytes.subarray(end, indexAt);
      associatedOfRtcp(this.associated, bytes, indexWord);
      const isAuthentic = isEncrypted
        ? galois.open(this.iv, this.associated, body, tag)
        : galois.open(this.iv, plainAssociated(bytes, end, indexAt), NOTHING, tag);
      if (!isAuthentic) return 'not-authentic';
    } else {
      const tag = authenticate!(bytes.subarray(0, end + INDEX_BYTES), NOTHING);
      if (!tagsEqual(tag, bytes.subarray(bytes.length - rtcpTagBytes), rtcpTagBytes)) return 'not-authentic';
      if (isEncrypted) {
        this.setRtcpVector(bytes, ssrc, index, indexWord);
        stream!(this.iv, body);
      }
    }
    if (!this.keep(ssrc, source)) return 'too-many-sources';
    source.rtcp.add(index);
    return end;
  }

  private setRtpVector(packet: Uint8Array, ssrc: number, index: number): void {
    if (this.profile.cipher === 'f8') f8VectorOfRtp(this.iv, packet, Math.floor(index / 65_536));
    else counterBlock(this.iv, this.rtp.salt, ssrc, index);
  }

  private setRtcpVector(packet: Uint8Array, ssrc: number, index: number, indexWord: number): void {
    if (this.profile.cipher === 'f8') f8VectorOfRtcp(this.iv, packet, indexWord);
    else counterBlock(this.iv, this.rtcp.salt, ssrc, index);
  }

  /** The state of a source; a new one is not kept yet. */
  private sourceOf(ssrc: number): Source {
    const known = this.sources.get(ssrc);
    if (known !== undefined) return known;
    // One for all packets that turn out not to be authentic.
    this.spare ??= { rtp: new ReplayWindow(this.windowSize), rtcp: new ReplayWindow(this.windowSize) };
    return this.spare;
  }

  private keep(ssrc: number, source: Source): boolean {
    if (this.sources.has(ssrc)) return true;
    if (this.sources.size >= this.maxSources) return false;
    this.sources.set(ssrc, source);
    this.spare = undefined;
    return true;
  }

  private wrongIndex(window: ReplayWindow, index: number, most: number): SrtpFault | undefined {
    if (index < 0) return 'too-old';
    if (index >= most) return 'key-worn-out';
    return window.check(index);
  }

  private hasKeyIdentifier(bytes: Uint8Array, at: number): boolean {
    return this.keyIdentifier.every((byte, offset) => bytes[at + offset] === byte);
  }
}

/** The 48 bits of RFC 3711 §3.3.1: the sequence number with the rollover counter that is the likeliest. */
function indexOf(source: Source, sequence: number): number {
  const { highest } = source.rtp;
  return highest === -1 ? sequence : extendIndex(highest, sequence);
}

function extendIndex(highest: number, sequence: number): number {
  const low = highest % 65_536;
  return highest - low + extendSequence(low, sequence);
}

function isRtcp(bytes: Uint8Array, length: number): boolean {
  if (length < RTCP_HEADER_BYTES || length > bytes.length) return false;
  const type = bytes[1]!;
  return bytes[0]! >> 6 === 2 && type >= 192 && type <= 223;
}

/** RFC 7714 §9.3: what is not encrypted is all associated data, with the index behind it. */
function plainAssociated(bytes: Uint8Array, end: number, indexAt: number): Uint8Array {
  const associated = new Uint8Array(end + INDEX_BYTES);
  associated.set(bytes.subarray(0, end));
  associated.set(bytes.subarray(indexAt, indexAt + INDEX_BYTES), end);
  return associated;
}
