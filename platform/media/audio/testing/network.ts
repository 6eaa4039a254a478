// A sender and a receiver with a network between them that loses and delays, on a clock of its own. For tests.
import { type AudioPayload, AudioReceiver, type AudioReceiverOptions } from '../audio-receiver.ts';
import { AudioSender, type AudioSenderOptions, NOTHING } from '../audio-sender.ts';
import { CLOCK_RATE, type SoundCodec } from '../codec.ts';
import type { Heard } from '../source.ts';

export const PAYLOAD_TYPE = { PCMU: 0, PCMA: 8, G722: 9, opus: 111 } as const;
export const PAYLOADS: AudioReceiverOptions['payloads'] = new Map<number, AudioPayload>([
  [PAYLOAD_TYPE.PCMU, { codec: 'PCMU', clockRate: CLOCK_RATE.PCMU }],
  [PAYLOAD_TYPE.PCMA, { codec: 'PCMA', clockRate: CLOCK_RATE.PCMA }],
  [PAYLOAD_TYPE.G722, { codec: 'G722', clockRate: CLOCK_RATE.G722 }],
  [PAYLOAD_TYPE.opus, { codec: 'opus', clockRate: CLOCK_RATE.opus }],
  [13, { codec: 'CN', clockRate: 8_000 }],
  [101, { codec: 'telephone-event', clockRate: 8_000 }],
]);

export interface Network {
  /** Undefined: lost. Default: no delay. */
  readonly delayMs?: (index: number) => number | undefined;
  /** How much longer than 20 ms the listener's 20 ms are; by one in a million is 0.00002 for each. */
  readonly listenerFrameMs?: number;
  readonly receiver?: Partial<AudioReceiverOptions>;
  readonly sender?: Partial<AudioSenderOptions>;
}

export interface Transfer {
  readonly heard: Int16Array;
  readonly kinds: Readonly<Record<Heard, number>>;
  readonly packets: number;
}

/** Sends the sound in frames of 20 ms, and pulls as long. */
export function transfer(
  codec: SoundCodec,
  said: Int16Array,
  rate: 8_000 | 16_000 | 48_000,
  network: Network = {},
): Transfer {
  using sender = new AudioSender({
    payloadType: PAYLOAD_TYPE[codec],
    codec,
    ssrc: 7,
    inRate: rate,
    ...network.sender,
  });
  using receiver = new AudioReceiver({ payloads: PAYLOADS, outRate: rate, ...network.receiver });
  const frame = rate / 50;
  const frames = Math.floor(said.length / frame);
  const arrivals: { readonly atMs: number; readonly packet: Uint8Array }[] = [];
  for (let index = 0, packets = 0; index < frames; index++) {
    let packet = sender.next(said.subarray(index * frame, (index + 1) * frame), index * 20);
    for (; packet !== undefined; packet = sender.next(NOTHING, index * 20)) {
      const delayMs = network.delayMs === undefined ? 0 : network.delayMs(packets);
      if (delayMs !== undefined) arrivals.push({ atMs: index * 20 + delayMs, packet: packet.slice() });
      packets++;
    }
  }
  arrivals.sort((a, b) => a.atMs - b.atMs);
  const heard = new Int16Array(frames * frame);
  const kinds = { sound: 0, concealed: 0, silence: 0 };
  const packets = arrivals.length;
  for (let index = 0; index < frames; index++) {
    const nowMs = index * (network.listenerFrameMs ?? 20);
    while (arrivals[0] !== undefined && arrivals[0].atMs <= nowMs) {
      const { packet, atMs } = arrivals.shift()!;
      receiver.receive(packet, atMs);
    }
    kinds[receiver.pull(heard.subarray(index * frame, (index + 1) * frame), nowMs)]++;
  }
  return { heard, kinds, packets };
}
