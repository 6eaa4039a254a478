// A plain phone for tests of media: a UDP socket that sends a tone as RTP and keeps what it hears. It knows no SIP.
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import {
  decodeG711,
  encodeG711,
  rtpPayload,
  rtpPayloadType,
  rtpSequence,
  rtpSsrc,
  rtpTimestamp,
  type SrtpContext,
  sequenceDistance,
  serializeRtp,
} from '@parley/protocol/rtp';

const FRAME = 160;

export interface HeardPacket {
  readonly sequence: number;
  readonly timestamp: number;
  readonly ssrc: number;
  readonly payloadType: number;
  readonly payload: Uint8Array;
  readonly atMs: number;
}

export class TonePhone implements AsyncDisposable {
  readonly heard: HeardPacket[] = [];
  readonly toneHz: number;
  ssrc: number;
  payloadType: number;
  /** Where to send; from the peer's SDP. */
  target = { address: '127.0.0.1', port: 0 };
  protection: { readonly send: SrtpContext; readonly receive: SrtpContext } | undefined;
  #socket: Socket;
  #sequence = 100;
  #samples = 0;
  #timer: NodeJS.Timeout | undefined;
  #waiters: (() => void)[] = [];

  private constructor(socket: Socket, toneHz: number, ssrc: number, payloadType: number) {
    this.#socket = socket;
    this.toneHz = toneHz;
    this.ssrc = ssrc;
    this.payloadType = payloadType;
    socket.on('message', (datagram) => this.#hear(datagram));
  }

  static async open(toneHz: number, { ssrc = 0x1234, payloadType = 0 } = {}): Promise<TonePhone> {
    return new TonePhone(await bound(), toneHz, ssrc, payloadType);
  }

  get port(): number {
    return (this.#socket.address() as AddressInfo).port;
  }

  /** Goes on from another port, as behind a translator that forgot. */
  async move(): Promise<void> {
    this.#socket.close();
    this.#socket = await bound();
    this.#socket.on('message', (datagram) => this.#hear(datagram));
  }

  #hear(datagram: Uint8Array): void {
    const bytes = new Uint8Array(datagram);
    if (bytes[1]! >= 192 && bytes[1]! <= 223) return;
    const length = this.protection?.receive.unprotectRtp(bytes) ?? bytes.length;
    if (typeof length === 'string') return;
    const packet = bytes.subarray(0, length);
    this.heard.push({
      sequence: rtpSequence(packet),
      timestamp: rtpTimestamp(packet),
      ssrc: rtpSsrc(packet),
      payloadType: rtpPayloadType(packet),
      payload: rtpPayload(packet).slice(),
      atMs: performance.now(),
    });
    for (const wake of this.#waiters.splice(0)) wake();
  }

  /** Sends a packet of the tone every 20 ms. */
  talk(): void {
    this.#timer ??= setInterval(() => this.say(), 20);
  }

  hush(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** One packet. */
  say(): void {
    const samples = Int16Array.from({ length: FRAME }, (_, at) =>
      Math.round(8_000 * Math.sin((2 * Math.PI * this.toneHz * (this.#samples + at)) / 8_000)),
    );
    this.send(
      encodeG711(this.payloadType === 8 ? 'a' : 'mu', samples),
      this.payloadType,
      false,
      this.#samples,
    );
    this.#samples += FRAME;
  }

  send(payload: Uint8Array, payloadType: number, marker = false, timestamp = this.#samples): void {
    const head = { marker, payloadType, sequence: this.#sequence++ & 0xffff, timestamp, ssrc: this.ssrc };
    const packet = serializeRtp({ ...head, csrcs: [], extension: undefined, payload, paddingBytes: 0 });
    const buffer = new Uint8Array(packet.length + 64);
    buffer.set(packet);
    const length = this.protection?.send.protectRtp(buffer, packet.length) ?? packet.length;
    if (typeof length === 'string') throw new Error(length);
    this.#socket.send(buffer.subarray(0, length), this.target.port, this.target.address);
  }

  sendBytes(bytes: Uint8Array): void {
    this.#socket.send(bytes, this.target.port, this.target.address);
  }

  /** Waits until so many packets have come since `from`. */
  async hears(count: number, from = this.heard.length): Promise<readonly HeardPacket[]> {
    const deadline = AbortSignal.timeout(10_000);
    while (this.heard.length < from + count) {
      await new Promise<void>((resolve, reject) => {
        this.#waiters.push(resolve);
        deadline.addEventListener('abort', () =>
          reject(new Error(`heard ${this.heard.length - from} of ${count} packets`)),
        );
      });
    }
    return this.heard.slice(from, from + count);
  }

  /** Waits until what arrives is this tone: ten packets in a row that are little else. */
  async hearsTone(toneHz: number): Promise<void> {
    const endMs = performance.now() + 10_000;
    for (;;) {
      const share = usualShareOf(toneHz, TonePhone.samples(await this.hears(10)));
      if (share > 0.9) return;
      if (performance.now() > endMs) throw new Error(`${toneHz} Hz are ${share} of what is heard`);
    }
  }

  /** What G.711 packets say, in the order of their numbers. */
  static samples(packets: readonly HeardPacket[]): Int16Array {
    const first = packets[0]?.sequence ?? 0;
    const voice = packets.filter(({ payloadType }) => payloadType === 0 || payloadType === 8);
    const sorted = [...voice].sort(
      (a, b) => sequenceDistance(first, a.sequence) - sequenceDistance(first, b.sequence),
    );
    const parts = sorted.map(({ payload, payloadType }) =>
      decodeG711(payloadType === 8 ? 'a' : 'mu', payload),
    );
    const all = new Int16Array(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  /** An offer or answer in the dialect of a simple phone. */
  sdp(...lines: readonly string[]): string {
    const media =
      lines.length > 0
        ? lines
        : [`m=audio ${this.port} RTP/AVP ${this.payloadType} 101`, 'a=rtpmap:101 telephone-event/8000'];
    return ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0', ...media, ''].join(
      '\r\n',
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.hush();
    this.#socket.close();
  }
}

async function bound(): Promise<Socket> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

/** How much of the sound is at this frequency, 0 … 1 (Goertzel). */
export function shareOf(toneHz: number, samples: Int16Array, rate = 8_000): number {
  const coefficient = 2 * Math.cos((2 * Math.PI * toneHz) / rate);
  let [before, last, energy] = [0, 0, 0];
  for (const sample of samples) {
    const next = sample + coefficient * last - before;
    before = last;
    last = next;
    energy += sample * sample;
  }
  const power = before * before + last * last - coefficient * before * last;
  return energy === 0 ? 0 : (2 * power) / (samples.length * energy);
}
/** The same for sound that a jitter buffer shortened or lengthened: each 40 ms by itself, the middle one of all. */
export function usualShareOf(toneHz: number, samples: Int16Array): number {
  const shares: number[] = [];
  for (let at = 0; at + 320 <= samples.length; at += 320)
    shares.push(shareOf(toneHz, samples.subarray(at, at + 320)));
  return shares.sort((a, b) => a - b)[shares.length >> 1] ?? 0;
}

export { BOTH, EngineScene, portOf } from './engine-testing.ts';
