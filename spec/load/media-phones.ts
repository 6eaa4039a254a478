// Phones of the media benchmark, on a thread of their own: one socket that sends for all of them, every 20 ms, and counts what
// comes back. Each packet says when it was sent, so that the way through the engine can be measured.
import { parentPort, workerData } from 'node:worker_threads';
import { chooseUdpPort, DatagramBatch } from '@parley/platform/net';
import {
  rtpPayload,
  SrtpContext,
  serializeRtp,
  setRtpSequence,
  setRtpTimestamp,
  srtpProfile,
} from '@parley/protocol/rtp';
import { nodeCipher } from '@parley/protocol/rtp/node-cipher';

export interface PhonesWish {
  /** Keys of `a=crypto` with which the phones of the left side speak; none is RTP in clear. */
  readonly suite: string | undefined;
  readonly key: Uint8Array;
}
export type PhonesOrder = {
  readonly kind: 'talk';
  readonly ports: readonly number[];
  readonly isProtected: readonly boolean[];
  readonly forMs: number;
};
export type PhonesNews =
  | { readonly kind: 'ready'; readonly port: number }
  | {
      readonly kind: 'done';
      readonly sent: number;
      readonly received: number;
      readonly delaysMs: readonly number[];
    };

const HEAD = {
  marker: false,
  payloadType: 0,
  sequence: 0,
  timestamp: 0,
  csrcs: [],
  extension: undefined,
  paddingBytes: 0,
};
const PERIOD_MS = 20;
/** The packets of a period leave in so many portions: phones are not in step. */
const PORTIONS = 10;
const PAYLOAD_BYTES = 160;

const { suite, key } = workerData as PhonesWish;
const parent = parentPort!;
const udp = await chooseUdpPort();
let received = 0;
let delaysMs: number[] = [];

const port = await udp.open({
  address: '127.0.0.1',
  port: 0,
  maxDatagramBytes: 512,
  receive(batch) {
    const nowMs = performance.now();
    for (let index = 0; index < batch.count; index++) {
      const bytes = batch.payload(index);
      if (bytes.length < 12 + PAYLOAD_BYTES || (bytes[1]! & 0x7f) !== 0) continue;
      // One in a hundred is enough to know the delay. What is protected cannot be read.
      if (received++ % 100 === 0 && bytes.length === 12 + PAYLOAD_BYTES) {
        const payload = rtpPayload(bytes);
        delaysMs.push(nowMs - new DataView(payload.buffer, payload.byteOffset).getFloat64(0));
      }
    }
  },
});

function contextOf(): SrtpContext | undefined {
  const profile = suite === undefined ? undefined : srtpProfile(suite);
  if (profile === undefined) return undefined;
  const master = { key: key.slice(0, profile.keyBytes), salt: key.slice(profile.keyBytes) };
  return new SrtpContext({ profile, master, cipher: nodeCipher, maxSources: 10_000 });
}

function talk({ ports, isProtected, forMs }: PhonesOrder): void {
  const context = contextOf();
  const batch = new DatagramBatch(64, 64 * 256);
  let [round, portion, sent] = [0, 0, 0];
  const startMs = performance.now();
  received = 0;
  delaysMs = [];

  const packets = ports.map((_, index) =>
    serializeRtp({ ...HEAD, ssrc: index + 1, payload: new Uint8Array(PAYLOAD_BYTES) }),
  );

  function say(index: number): void {
    const packet = packets[index]!;
    new DataView(packet.buffer, packet.byteOffset).setFloat64(12, performance.now());
    setRtpSequence(packet, round & 0xffff);
    setRtpTimestamp(packet, (round * PAYLOAD_BYTES) >>> 0);
    let bytes: Uint8Array = packet;
    if (isProtected[index] && context !== undefined) {
      const buffer = new Uint8Array(packet.length + context.rtpOverheadBytes);
      buffer.set(packet);
      if (typeof context.protectRtp(buffer, packet.length) === 'number') bytes = buffer;
    }
    if (!batch.add(bytes, '127.0.0.1', ports[index]!)) {
      port.send(batch);
      batch.clear();
      batch.add(bytes, '127.0.0.1', ports[index]!);
    }
    sent++;
  }

  function step(): void {
    const nowMs = performance.now();
    // What comes in has its turn between two portions, however late they are.
    if (startMs + (round * PORTIONS + portion) * (PERIOD_MS / PORTIONS) <= nowMs) {
      for (let index = portion; index < ports.length; index += PORTIONS) say(index);
      port.send(batch);
      batch.clear();
      if (++portion === PORTIONS) [portion, round] = [0, round + 1];
    }
    const nextMs = startMs + (round * PORTIONS + portion) * (PERIOD_MS / PORTIONS);
    if (nowMs - startMs < forMs) {
      if (nextMs <= performance.now()) setImmediate(step);
      else setTimeout(step, 1);
    }
    // What is under way arrives.
    else
      setTimeout(
        () => parent.postMessage({ kind: 'done', sent, received, delaysMs } satisfies PhonesNews),
        200,
      );
  }
  step();
}

parent.on('message', (order: PhonesOrder) => talk(order));
parent.postMessage({ kind: 'ready', port: port.port } satisfies PhonesNews);
