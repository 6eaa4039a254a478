// What the audio of a media worker costs: rooms, transcoding, recording. The part `audio` of the benchmarks; packets come from memory,
// so that sockets and encryption are not in it (they are measured by the part `media`).
import {
  type AudioRate,
  AudioReceiver,
  AudioSender,
  Bridge,
  DtmfDetector,
  loadOpus,
  Mixer,
  Recorder,
  type SoundCodec,
} from '@parley/platform/media/audio';
import { type Figures, median, spread } from './figures.ts';

const PAYLOADS = new Map([
  [0, { codec: 'PCMU', clockRate: 8_000 }],
  [8, { codec: 'PCMA', clockRate: 8_000 }],
  [9, { codec: 'G722', clockRate: 8_000 }],
  [111, { codec: 'opus', clockRate: 48_000 }],
] as const);
const PAYLOAD_TYPE = { PCMU: 0, PCMA: 8, G722: 9, opus: 111 } as const;
const SPEECH_S = 4;
const RUNS = 3;

/** Like a voice: a gliding pitch with harmonics, words and pauses. Silent ones have the noise of a room. */
function speech(rate: number, isSilent: boolean, seed: number): Int16Array {
  let [phase, state] = [0, seed];
  return Int16Array.from({ length: rate * SPEECH_S }, (_, at) => {
    const t = at / rate + seed;
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const noise = (state / 2 ** 31 - 1) * 20;
    if (isSilent) return noise;
    phase += (2 * Math.PI * (120 + 30 * Math.sin(t))) / rate;
    let sum = 0;
    for (let harmonic = 1; harmonic < 20; harmonic++) sum += Math.sin(harmonic * phase) / harmonic;
    return noise + sum * 4_000 * Math.max(0.1, Math.sin(t * 9));
  });
}

/** The packets of a peer that sends all the time. */
export function packetsOf(codec: SoundCodec, ssrc: number, isSilent: boolean): Uint8Array[] {
  const rate = codec === 'opus' ? 48_000 : 16_000;
  using sender = new AudioSender({ payloadType: PAYLOAD_TYPE[codec], codec, ssrc, inRate: rate });
  const said = speech(rate, isSilent, ssrc);
  const frame = rate / 50;
  return Array.from({ length: SPEECH_S * 50 }, (_, index) =>
    (sender.next(said.subarray(index * frame, (index + 1) * frame), index * 20) ?? new Uint8Array(0)).slice(),
  );
}

function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

/** Milliseconds of processor time for each participant and second. */
export function roomCost(codec: SoundCodec, rate: AudioRate, people: number, speakers: number): number {
  using mixer = new Mixer({ rate });
  const packets = Array.from({ length: people }, (_, index) =>
    packetsOf(codec, index + 1, index >= speakers),
  );
  const receivers = packets.map(() => new AudioReceiver({ payloads: PAYLOADS, outRate: rate }));
  const senders = packets.map(
    (_, index) =>
      new AudioSender({ payloadType: PAYLOAD_TYPE[codec], codec, ssrc: index + 1_000, inRate: rate }),
  );
  for (const [index, source] of receivers.entries())
    mixer.add(String(index), { source, sender: senders[index]! });
  let sent = 0;
  const costMs = cpuMs(() => {
    for (let step = 0; step < SPEECH_S * 50; step++) {
      for (const [index, receiver] of receivers.entries())
        receiver.receive(packets[index]![step]!, step * 20);
      mixer.step(step * 20, () => sent++);
    }
  });
  for (const each of [...receivers, ...senders]) each[Symbol.dispose]();
  if (sent !== people * SPEECH_S * 50) throw new Error(`${sent} packets were sent`);
  return costMs / people / SPEECH_S;
}

/** Milliseconds for each second of a call, both ways. */
function bridgeCost(from: SoundCodec, to: SoundCodec, rate: AudioRate): number {
  const way = (a: SoundCodec, b: SoundCodec) => {
    const packets = packetsOf(a, 1, false);
    using receiver = new AudioReceiver({ payloads: PAYLOADS, outRate: rate });
    using sender = new AudioSender({ payloadType: PAYLOAD_TYPE[b], codec: b, ssrc: 2, inRate: rate });
    const bridge = new Bridge(receiver, sender);
    return cpuMs(() => {
      for (const [step, packet] of packets.entries()) {
        receiver.receive(packet, step * 20);
        bridge.step(step * 20, () => {});
      }
    });
  };
  return (way(from, to) + way(to, from)) / SPEECH_S;
}

function recordCost(format: 'wav' | 'ogg-opus'): number {
  const said = speech(16_000, false, 3);
  using recorder = new Recorder({ rate: 16_000, format, maxMs: 3_600_000, write: () => {} });
  const cost = cpuMs(() => {
    for (let at = 0; at < said.length; at += 320) recorder.hear(said.subarray(at, at + 320));
    recorder.end();
  });
  return cost / SPEECH_S;
}

function keysCost(): number {
  const said = speech(8_000, false, 4);
  const detector = new DtmfDetector(8_000);
  return (
    cpuMs(() => {
      for (let at = 0; at < said.length; at += 160) detector.hear(said.subarray(at, at + 160));
    }) / SPEECH_S
  );
}

export async function measureAudio(figures: Figures): Promise<void> {
  await loadOpus();
  const unit = 'ms a second';
  const measure = (name: string, cost: () => number, budget?: number) => {
    cost();
    const runs = Array.from({ length: RUNS }, cost);
    const figure = { name, value: median(runs), unit, note: spread(runs) };
    figures.add('audio', budget === undefined ? figure : { ...figure, budget });
  };
  measure('10 in a room, G.711, two speak', () => roomCost('PCMU', 16_000, 10, 2), 3);
  measure('10 in a room, G.711, all speak', () => roomCost('PCMU', 16_000, 10, 10), 3);
  measure('50 in a room, G.711, two speak', () => roomCost('PCMU', 16_000, 50, 2), 3);
  measure('10 in a room, Opus, two speak', () => roomCost('opus', 48_000, 10, 2), 12);
  measure('10 in a room, Opus, all speak', () => roomCost('opus', 48_000, 10, 10), 12);
  measure('50 in a room, Opus, two speak', () => roomCost('opus', 48_000, 50, 2), 12);
  measure('a call G.711 ↔ Opus', () => bridgeCost('PCMA', 'opus', 8_000));
  measure('a call G.722 ↔ Opus', () => bridgeCost('G722', 'opus', 16_000));
  measure('a call G.711 ↔ G.722', () => bridgeCost('PCMU', 'G722', 16_000));
  measure('a recording as Opus', () => recordCost('ogg-opus'));
  measure('keys by ear', () => keysCost());
}
